import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { networkFileSystem, networkTypeName } from '../../src/database/file-system.ts'

test('network file systems are known by their type, signed or not', () => {
  expect(networkTypeName(0x6969)).toBe('NFS')
  expect(networkTypeName(0x0bd00bd0)).toBe('Lustre')
  expect(networkTypeName(0x47504653)).toBe('GPFS')
  expect(networkTypeName(0xff534d42)).toBe('CIFS')
  expect(networkTypeName(0xff534d42 | 0)).toBe('CIFS')
})

test('a local directory is on none', async () => {
  expect(networkTypeName(0xef53)).toBeUndefined()
  expect(await networkFileSystem(tmpdir())).toBeUndefined()
})

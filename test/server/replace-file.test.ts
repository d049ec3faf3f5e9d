import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { replaceFile } from '../../src/server/replace-file.ts'
import { temporaryDirectory } from './temporary.ts'

let here: string
beforeEach(async () => {
  here = await temporaryDirectory()
})

it('the new file has another inode, is its owner’s alone whatever the old one was, and nothing is left beside it', async () => {
  const path = join(here, 'token')
  await writeFile(path, 'old')
  await chmod(path, 0o644)
  const before = await stat(path)
  await replaceFile(path, 'new')
  const after = await stat(path)
  expect(await readFile(path, 'utf8')).toBe('new')
  expect(after.mode & 0o777).toBe(0o600)
  expect(after.ino).not.toBe(before.ino)
  expect(await readdir(here)).toEqual(['token'])
})

it('of a link the file behind it is replaced', async () => {
  await mkdir(join(here, 'behind'))
  await writeFile(join(here, 'behind/token'), 'old')
  await symlink('behind/token', join(here, 'token'))
  await replaceFile(join(here, 'token'), 'new')
  expect(await readFile(join(here, 'behind/token'), 'utf8')).toBe('new')
  expect(await readdir(here)).toEqual(['behind', 'token'])
})

it('what cannot be replaced stays, and no temporary file with it', async () => {
  await mkdir(join(here, 'token'))
  await expect(replaceFile(join(here, 'token'), 'new')).rejects.toThrow(/directory/)
  expect(await readdir(here)).toEqual(['token'])
})

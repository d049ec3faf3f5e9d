import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Links } from '../../../src/workers/port.ts'
import { measureFile } from '../../../src/workers/tasks/measure-file.ts'
import { temporaryDirectory } from '../temporary.ts'

const idle = () => {}

function order(path: string, links: Links = 'refuse') {
  return { path, links, algorithms: ['adler32'] as const }
}

function file(content: string | Uint8Array): string {
  const path = join(temporaryDirectory(), 'AOD.root')
  writeFileSync(path, content)
  return path
}

describe('a regular file', () => {
  test('has its size and adler32, and md5 when asked', async () => {
    const path = file('Wikipedia')
    expect(await measureFile(order(path), idle)).toEqual({ kind: 'measured', file: { size: 9, adler32: '11e60398' } })
    const md5 = createHash('md5').update('Wikipedia').digest('hex')
    expect(await measureFile({ ...order(path), algorithms: ['md5'] }, idle)).toEqual({
      kind: 'measured',
      file: { size: 9, adler32: '11e60398', md5 },
    })
  })

  test('is measured when it is empty', async () => {
    expect(await measureFile(order(file('')), idle)).toEqual({
      kind: 'measured',
      file: { size: 0, adler32: '00000001' },
    })
  })

  test('of 1 GiB without a single written block has the sum of as many zeros', async () => {
    const path = file('')
    truncateSync(path, 2 ** 30)
    const b = (2 ** 30 % 65521).toString(16).padStart(4, '0')
    expect(await measureFile(order(path), idle)).toEqual({
      kind: 'measured',
      file: { size: 2 ** 30, adler32: `${b}0001` },
    })
  })

  test('is read though nobody may write it', async () => {
    const path = file('Wikipedia')
    chmodSync(path, 0o444)
    expect(await measureFile(order(path), idle)).toMatchObject({ kind: 'measured' })
  })
})

describe('a file that changes while it is read', () => {
  const content = new Uint8Array(3 << 20)
  let seconds = 1

  test.each<[string, (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, 'more')],
    ['shrinks', (path) => truncateSync(path, 100)],
    ['gets another time stamp', (path) => utimesSync(path, 1, seconds++)],
  ])('and %s each time is unreadable', async (_, change) => {
    const path = file(content)
    const measured = await measureFile(order(path), () => {
      truncateSync(path, content.length)
      change(path)
    })
    expect(measured).toEqual({ kind: 'unreadable', text: `${path} changed while it was read, twice` })
  })

  test('only once is measured as it is then', async () => {
    const path = file(content)
    let changes = 0
    const measured = await measureFile(order(path), () => {
      if (changes++ === 0) writeFileSync(path, 'Wikipedia')
    })
    expect(measured).toEqual({ kind: 'measured', file: { size: 9, adler32: '11e60398' } })
  })

  test('by being replaced under its name is measured as the new one', async () => {
    const path = file(content)
    writeFileSync(`${path}.new`, 'Wikipedia')
    let blocks = 0
    const measured = await measureFile(order(path), () => {
      if (blocks++ === 0) renameSync(`${path}.new`, path)
    })
    expect(measured).toEqual({ kind: 'measured', file: { size: 9, adler32: '11e60398' } })
  })

  test('by vanishing is missing', async () => {
    const path = file(content)
    const measured = await measureFile(order(path), () => rmSync(path, { force: true }))
    expect(measured).toMatchObject({ kind: 'missing', text: expect.stringContaining(path) })
  })
})

describe('what cannot be measured', () => {
  test('a file that is not there is missing, with its path', async () => {
    const path = join(temporaryDirectory(), 'nowhere')
    expect(await measureFile(order(path), idle)).toMatchObject({
      kind: 'missing',
      text: expect.stringMatching(/ENOENT.*nowhere/),
    })
  })

  test.skipIf(process.getuid?.() === 0)(
    'a file we may not read is unreadable, with the errno (root may read all)',
    async () => {
      const path = file('secret')
      chmodSync(path, 0)
      expect(await measureFile(order(path), idle)).toMatchObject({
        kind: 'unreadable',
        text: expect.stringContaining('EACCES'),
      })
    },
  )

  test('a directory is refused', async () => {
    const path = join(temporaryDirectory(), 'sub')
    mkdirSync(path)
    expect(await measureFile(order(path), idle)).toEqual({
      kind: 'unreadable',
      text: `${path} is a directory; only regular files are read`,
    })
  })

  test('a named pipe is refused without waiting for a writer', async () => {
    const path = join(temporaryDirectory(), 'pipe')
    execFileSync('mkfifo', [path])
    expect(await measureFile(order(path), idle)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining('a named pipe'),
    })
  })

  test('a device is refused', async () => {
    expect(await measureFile(order('/dev/zero'), idle)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining('a device'),
    })
  })

  test('an I/O error is tried again after each pause, then given with its errno', async () => {
    // The kernel answers EIO to whoever reads his own memory at address 0.
    let ticks = 0
    const measured = await measureFile(order('/proc/self/mem'), () => ticks++, [0, 0])
    expect(measured).toMatchObject({ kind: 'unreadable', text: expect.stringMatching(/\/proc\/self\/mem.*EIO/) })
    expect(ticks).toBe(2)
  })
})

describe('a symbolic link', () => {
  test('is refused unless it may be followed', async () => {
    const target = file('Wikipedia')
    symlinkSync(target, `${target}.link`)
    expect(await measureFile(order(`${target}.link`), idle)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining('a symbolic link'),
    })
    expect(await measureFile(order(`${target}.link`, 'follow'), idle)).toMatchObject({
      kind: 'measured',
      file: { size: 9, adler32: '11e60398' },
    })
  })

  test('that leads nowhere is missing', async () => {
    const path = join(temporaryDirectory(), 'link')
    symlinkSync('nowhere', path)
    expect(await measureFile(order(path, 'follow'), idle)).toMatchObject({ kind: 'missing' })
  })
})

import { randomBytes } from 'node:crypto'
import { truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PartOrder } from '../../src/workers/file-part.ts'
import { measureBatches, measureSplit } from '../../src/workers/measuring.ts'
import { measureFile, run } from '../../src/workers/tasks/measure-file.ts'
import { temporaryDirectory } from './temporary.ts'

const mebibyte = 1 << 20

/** Reads in this thread, and remembers what each hop was asked for. */
function reader(before: (parts: readonly PartOrder[]) => void = () => {}) {
  const hops: (readonly PartOrder[])[] = []
  const counter = () => new Int32Array(new SharedArrayBuffer(4))
  return {
    hops,
    read: async (parts: readonly PartOrder[]) => {
      hops.push(parts)
      before(parts)
      return run({ order: { parts, kibibytes: counter() }, progress: counter() })
    },
  }
}

/** A file with something to sum at its beginning, its end, and around the middle. */
function largeFile(size: number): string {
  const path = join(temporaryDirectory(), 'AOD.root')
  writeFileSync(path, randomBytes(3 * mebibyte))
  truncateSync(path, size - 9)
  writeFileSync(path, 'Wikipedia', { flag: 'a' })
  return path
}

const order = (path: string) => ({ path, algorithms: ['adler32'] as const, links: 'refuse' as const })

test.each([2, 3, 4])('a large file is read in %i parts and has the sum of the whole', async (threads) => {
  const path = largeFile(257 * mebibyte + 12_345)
  const { hops, read } = reader()
  expect(await measureSplit(order(path), threads, read)).toEqual(await measureFile(order(path), () => {}))
  expect(hops).toHaveLength(threads)
})

test('a file below 256 MiB, and one whose md5 is wanted, is read in one part', async () => {
  const { hops, read } = reader()
  await measureSplit(order(largeFile(255 * mebibyte)), 2, read)
  expect(hops).toHaveLength(1)
  const large = { ...order(largeFile(257 * mebibyte)), algorithms: ['md5'] as const }
  expect(await measureSplit(large, 2, read)).toMatchObject({ file: { md5: expect.any(String) } })
  expect(hops).toHaveLength(2)
})

test('parts that did not see the same file are read again, once', async () => {
  const path = largeFile(257 * mebibyte)
  let hop = 0
  const once = reader(() => hop++ === 1 && utimesSync(path, 7, 7))
  expect(await measureSplit(order(path), 2, once.read)).toEqual(await measureFile(order(path), () => {}))
  expect(once.hops).toHaveLength(4)

  let time = 8
  const always = reader(() => utimesSync(path, 8, time++))
  expect(await measureSplit(order(path), 2, always.read)).toEqual({
    kind: 'unreadable',
    text: `${path} changed while it was read, twice`,
  })
})

test('a part that cannot be read makes the whole unreadable', async () => {
  const failing = async (parts: readonly PartOrder[]) =>
    parts.map(({ range }) => ({ kind: 'unreadable' as const, text: `from ${range?.from}` }))
  expect(await measureSplit(order(largeFile(257 * mebibyte)), 2, failing)).toEqual({
    kind: 'unreadable',
    text: 'from 0',
  })
})

test('many small files share hops, and each gets its own outcome in its place', async () => {
  const directory = temporaryDirectory()
  const paths = Array.from({ length: 600 }, (_, n) => join(directory, `file${n}`))
  for (const [n, path] of paths.entries()) if (n !== 300) writeFileSync(path, `content ${n}`)
  const { hops, read } = reader()
  const measured = await measureBatches(paths.map(order), 2, read)
  expect(hops.map((hop) => hop.length)).toEqual([256, 256, 88])
  for (const [n, path] of paths.entries()) expect(measured[n]).toEqual(await measureFile(order(path), () => {}))
  expect(measured[300]).toMatchObject({ kind: 'missing', text: expect.stringContaining('file300') })
})

test('a batch holds no more than 32 MiB, large files go by themselves', async () => {
  const small = Array.from({ length: 4 }, () => largeFile(12 * mebibyte))
  const { hops, read } = reader()
  await measureBatches([...small, largeFile(257 * mebibyte)].map(order), 2, read)
  expect(hops.map((hop) => hop.length).toSorted()).toEqual([1, 1, 2, 2])
})

import { randomBytes } from 'node:crypto'
import { truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { counter } from '../../src/workers/counter.ts'
import type { PartOrder } from '../../src/workers/file-part.ts'
import { measureListed, measureSplit } from '../../src/workers/measuring.ts'
import type { FileOrder } from '../../src/workers/port.ts'
import { measureFile, run } from '../../src/workers/tasks/measure-file.ts'
import { type SharedParts, run as take } from '../../src/workers/tasks/take-parts.ts'
import { temporaryDirectory } from './temporary.ts'

const mebibyte = 1 << 20

/** Reads in this thread, and remembers what each hop was asked for. */
function reader(before: (part: PartOrder) => void = () => {}) {
  const hops: PartOrder[] = []
  return {
    hops,
    read: async (part: PartOrder) => {
      hops.push(part)
      before(part)
      return run({ order: part, progress: counter() })
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
  const failing = async ({ range }: PartOrder) => ({ kind: 'unreadable' as const, text: `from ${range?.from}` })
  expect(await measureSplit(order(largeFile(257 * mebibyte)), 2, failing)).toEqual({
    kind: 'unreadable',
    text: 'from 0',
  })
})

describe('many files', () => {
  function contents(count: number): readonly FileOrder[] {
    const directory = temporaryDirectory()
    const paths = Array.from({ length: count }, (_, n) => join(directory, `file${n}`))
    for (const [n, path] of paths.entries()) writeFileSync(path, `content ${n}`)
    return paths.map(order)
  }
  const wanted = (orders: readonly FileOrder[]) => Promise.all(orders.map((each) => measureFile(each, () => {})))

  test('take one hop to each thread, and each gets its own outcome in its place', async () => {
    const orders = [...contents(100), order('/nowhere/AOD.root')]
    const { hops, read } = reader()
    let takers = 0
    const taking = (list: SharedParts) => {
      takers += 1
      return take({ order: list, progress: counter() })
    }
    const measured = await measureListed(orders, 2, taking, read)
    expect(measured).toEqual(await wanted(orders))
    expect(measured.at(-1)).toMatchObject({ kind: 'missing' })
    expect([takers, hops.length]).toEqual([2, 0])
  })

  test('that a crashed thread had taken are read once more, one by one', async () => {
    const orders = contents(9)
    const { hops, read } = reader()
    let first = true
    const crashing = async (list: SharedParts) => {
      if (!first) return take({ order: list, progress: counter() })
      first = false
      Atomics.add(list.next, 0, 3)
      return []
    }
    expect(await measureListed(orders, 2, crashing, read)).toEqual(await wanted(orders))
    expect(hops).toEqual(orders.slice(0, 3))
  })
})

import { randomBytes } from 'node:crypto'
import { existsSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FileOrder } from '../../src/workers/port.ts'
import { measureShared } from '../../src/workers/sharing.ts'
import { measureFile } from '../../src/workers/tasks/measure-file.ts'
import { takeParts } from '../../src/workers/tasks/take-parts.ts'
import { temporaryDirectory } from './temporary.ts'

const mebibyte = 1 << 20

function orderOf(size: number, algorithms: FileOrder['algorithms'] = ['adler32']): FileOrder {
  const path = join(temporaryDirectory(), 'AOD.root')
  writeFileSync(path, randomBytes(3 * mebibyte))
  truncateSync(path, size - 9)
  writeFileSync(path, 'Wikipedia', { flag: 'a' })
  return { path, algorithms, links: 'refuse' }
}

test.each([1, 2, 4])('large and small files together: %i threads give what one reader gives', async (threads) => {
  const orders = [orderOf(12), orderOf(260 * mebibyte + 77), orderOf(5 * mebibyte, ['md5']), orderOf(257 * mebibyte)]
  const told: [read: number, bytes: number][] = []
  const outcomes = measureShared(orders, (read, bytes) => told.push([read, bytes]), threads)
  expect(await Promise.all(outcomes)).toEqual(await Promise.all(orders.map((order) => measureFile(order, () => {}))))
  const bytes = 522 * mebibyte + 77 + 12
  expect(told.every(([read, all]) => all === bytes && read <= bytes + orders.length * 1024)).toBe(true)
  // Alone, it hears of the last block too.
  if (threads === 1) expect(Math.abs((told.at(-1)?.[0] ?? 0) - bytes)).toBeLessThan(orders.length * 1024)
})

test('a file that changes between two of its parts is read again, as a whole', async () => {
  const order = orderOf(270 * mebibyte)
  let blocks = 0
  const [outcome] = measureShared(
    [order],
    () => {
      blocks += 1
      if (blocks === 20) utimesSync(order.path, 7, 7)
    },
    1,
  )
  expect(await outcome).toEqual(await measureFile(order, () => {}))
})

test('what a helper took before it broke is read by the others', async () => {
  const order = orderOf(300 * mebibyte)
  const untilTaken = () => {
    while (!existsSync(`${order.path}.taken`));
  }
  const helper = new URL('./fixtures/tasks/take-and-break.ts', import.meta.url)
  const [outcome] = measureShared([order], untilTaken, 2, helper)
  expect(await outcome).toEqual(await measureFile(order, () => {}))
})

test('every part is taken by one of those who share', async () => {
  const parts = Array.from({ length: 9 }, () => orderOf(100))
  const shared = {
    parts,
    next: new Int32Array(new SharedArrayBuffer(4)),
    kibibytes: new Int32Array(new SharedArrayBuffer(4)),
  }
  const taken: [who: string, place: number][] = []
  const taker = (who: string) =>
    takeParts(
      shared,
      () => {},
      ([place]) => void taken.push([who, place]),
    )
  await Promise.all([taker('a'), taker('b')])
  expect(taken.map(([, place]) => place).toSorted()).toEqual(parts.map((_, place) => place))
  expect(new Set(taken.map(([who]) => who))).toEqual(new Set(['a', 'b']))
})

test('what cannot be read is told, beside what can', async () => {
  const good = orderOf(100)
  const outcomes = measureShared([{ ...good, path: '/nowhere/AOD.root' }, good])
  expect(await Promise.all(outcomes)).toMatchObject([{ kind: 'missing' }, { kind: 'measured' }])
})

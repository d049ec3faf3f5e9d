import { lstat, stat } from 'node:fs/promises'
import type { PartOrder } from './file-part.ts'
import { cut, join, splitBytes } from './parts.ts'
import type { FileOrder, Measured } from './port.ts'
import { type MeasuredPart, wholeFile } from './tasks/measure-file.ts'
import { type SharedParts, sharedParts, type TakenPart } from './tasks/take-parts.ts'

/** Reads a part in some thread. Never rejects. */
type ReadOne = (part: PartOrder) => Promise<MeasuredPart>

/** Reads in some thread what nobody else takes. Never rejects; what it had taken when it crashed is missing. */
type Take = (list: SharedParts) => Promise<readonly TakenPart[]>

/** Measures one file, in as many threads as there are when it is large; md5 has no parts. */
export async function measureSplit(order: FileOrder, threads: number, read: ReadOne): Promise<Measured> {
  const size = await sizeOf(order)
  const count = size < splitBytes || order.algorithms.includes('md5') ? 1 : threads
  for (let changes = 0; ; changes++) {
    const joined = join(await Promise.all(cut(order, size, count).map(read)))
    if (joined.kind !== 'changed') return joined
    if (changes > 0) return { kind: 'unreadable', text: `${order.path} changed while it was read, twice` }
  }
}

/** Measures many files: every thread takes from one list, file by file, until it is empty. Outcomes in their order. */
export async function measureListed(
  orders: readonly FileOrder[],
  threads: number,
  take: Take,
  read: ReadOne,
): Promise<readonly Measured[]> {
  const list = sharedParts(orders)
  const takers = Math.min(threads, orders.length)
  const found = new Map((await Promise.all(Array.from({ length: takers }, () => take(list)))).flat())
  return Promise.all(orders.map(async (order, place) => wholeFile(found.get(place) ?? (await read(order)))))
}

/** 0 when it cannot be told: whoever reads the file says why. */
function sizeOf({ path, links }: FileOrder): Promise<number> {
  return (links === 'follow' ? stat(path) : lstat(path)).then(
    ({ size }) => size,
    () => 0,
  )
}

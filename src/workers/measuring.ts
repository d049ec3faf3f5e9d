import { lstat, stat } from 'node:fs/promises'
import type { PartOrder } from './file-part.ts'
import { cut, join, splitBytes } from './parts.ts'
import type { FileOrder, Measured } from './port.ts'
import { type MeasuredPart, wholeFile } from './tasks/measure-file.ts'

/** Reads parts in one thread, one after the other. Never rejects; gives one outcome for each order, in their order. */
export type ReadParts = (orders: readonly PartOrder[]) => Promise<readonly MeasuredPart[]>

/** A hop to a thread costs as much as summing 1 MB: smaller files share one, up to so many bytes or files. */
const batchBytes = 32 << 20
const batchFiles = 256

/** Measures one file, in as many threads as there are when it is large; md5 has no parts. */
export async function measureSplit(order: FileOrder, threads: number, read: ReadParts): Promise<Measured> {
  const size = await sizeOf(order)
  const count = size < splitBytes || order.algorithms.includes('md5') ? 1 : threads
  for (let changes = 0; ; changes++) {
    const parts = (await Promise.all(cut(order, size, count).map((part) => read([part])))).flat()
    const joined = join(parts)
    if (joined.kind !== 'changed') return joined
    if (changes > 0) return { kind: 'unreadable', text: `${order.path} changed while it was read, twice` }
  }
}

/** Measures many files: small ones many to a hop, large ones as `measureSplit` does. */
export async function measureBatches(
  orders: readonly FileOrder[],
  threads: number,
  read: ReadParts,
): Promise<readonly Measured[]> {
  const sized = await Promise.all(orders.map(async (order) => ({ order, size: await sizeOf(order) })))
  const measured = new Map<FileOrder, Measured>()
  const large = sized.filter(({ size }) => size >= splitBytes).map(({ order }) => order)
  const batches = batchesOf(sized.filter(({ size }) => size < splitBytes))
  await Promise.all([
    ...large.map(async (order) => measured.set(order, await measureSplit(order, threads, read))),
    ...batches.map(async (batch) => {
      const parts = await read(batch)
      for (const [at, order] of batch.entries()) measured.set(order, outcome(order, parts[at]))
    }),
  ])
  return orders.map((order) => measured.get(order) ?? outcome(order, undefined))
}

function outcome({ path }: FileOrder, part: MeasuredPart | undefined): Measured {
  return part === undefined ? { kind: 'unreadable', text: `nothing was heard of ${path}` } : wholeFile(part)
}

function batchesOf(sized: readonly { readonly order: FileOrder; readonly size: number }[]): readonly FileOrder[][] {
  const batches: FileOrder[][] = []
  let left = 0
  for (const { order, size } of sized) {
    const batch = batches.at(-1)
    if (batch === undefined || left < size || batch.length >= batchFiles) {
      batches.push([order])
      left = batchBytes - size
      continue
    }
    batch.push(order)
    left -= size
  }
  return batches
}

/** 0 when it cannot be told: whoever reads the file says why. */
function sizeOf({ path, links }: FileOrder): Promise<number> {
  return (links === 'follow' ? stat(path) : lstat(path)).then(
    ({ size }) => size,
    () => 0,
  )
}

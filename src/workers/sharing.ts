import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { cut, join, splitBytes } from './parts.ts'
import type { FileOrder, Measured } from './port.ts'
import { type MeasuredPart, measureFile, measurePart } from './tasks/measure-file.ts'
import { type SharedParts, sharedParts, type TakenPart, takeParts } from './tasks/take-parts.ts'

/** Small enough that all threads end within 2 ms of each other, large enough that opening it again costs nothing. */
const partBytes = 16 << 20

/** md5 takes so many times as long as adler32: helpers are worth their start so much sooner. */
const md5Slowness = 16

/**
 * Measures files in this thread and, where there is much to read, in helpers that take parts from the same list as soon as
 * they have started: nobody waits for a thread. For a program that does nothing else: the event loop stands still while a
 * part is read, 2 ms, or a whole file when its md5 is wanted. What a broken helper left is read here.
 *
 * Gives an outcome for each order, in their order; none rejects. `tell` hears, after each block that this thread has read,
 * how many bytes all have read, of how many.
 */
export function measureShared(
  orders: readonly FileOrder[],
  tell: (read: number, bytes: number) => void = () => {},
  threads = Math.min(4, availableParallelism()),
  helperFile = new URL(`./tasks/take-parts${extname(import.meta.url)}`, import.meta.url),
): readonly Promise<Measured>[] {
  const files = orders.map((order) => openFile(order))
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const places = files.flatMap((file) => file.parts.map((part, nth) => ({ file, part, nth })))
  const shared = sharedParts(places.map(({ part }) => part))
  const deliver = ([place, part]: TakenPart): void => {
    const found = places[place]
    if (found !== undefined) found.file.take(found.nth, part)
  }
  const md5 = orders.some(({ algorithms }) => algorithms.includes('md5'))
  const worthIt = bytes >= splitBytes / (md5 ? md5Slowness : 1)
  const helpers = worthIt ? startHelpers(helperFile, Math.min(threads, places.length) - 1, shared, deliver) : []
  const outcomes = files.map(({ outcome }) => outcome)
  void takeAll()
  return outcomes

  async function takeAll(): Promise<void> {
    const told = (kibibytes: number) => tell(kibibytes * 1024, bytes)
    await takeParts(shared, told, async (taken) => {
      deliver(taken)
      // Between two parts helpers are heard.
      await turn()
    })
    const all = Promise.all(outcomes)
    await Promise.race([all, Promise.all(helpers.map(({ ended }) => ended))])
    for (const { file, part, nth } of places) {
      if (!file.has(nth)) file.take(nth, await measurePart(part, () => {}))
    }
    await all
    for (const { thread } of helpers) void thread.terminate()
  }
}

/** A file whose parts come in any order. */
function openFile(order: FileOrder) {
  const size = sizeOf(order)
  const count = order.algorithms.includes('md5') || size < splitBytes ? 1 : Math.ceil(size / partBytes)
  const parts = cut(order, size, count)
  const taken = new Map<number, MeasuredPart>()
  const { promise: outcome, resolve } = Promise.withResolvers<Measured>()
  return {
    size,
    parts,
    outcome,
    has: (nth: number) => taken.has(nth),
    take(nth: number, part: MeasuredPart): void {
      taken.set(nth, part)
      if (taken.size < parts.length) return
      const joined = join(parts.flatMap((_, at) => taken.get(at) ?? []))
      // Its parts were not of one and the same file: once more, as a whole.
      resolve(joined.kind === 'changed' ? measureFile(order, () => {}) : joined)
    },
  }
}

interface Helper {
  readonly thread: Worker
  /** Resolves when it has told all it will ever tell. */
  readonly ended: Promise<void>
}

function startHelpers(
  file: URL,
  count: number,
  shared: SharedParts,
  deliver: (taken: TakenPart) => void,
): readonly Helper[] {
  return Array.from({ length: Math.max(0, count) }, () => {
    const thread = new Worker(file, { workerData: { purpose: 'take parts', shared } })
    const ended = new Promise<void>((resolve) => {
      thread.on('message', deliver)
      // Whatever it died of: what it had taken is missing, and is read again.
      thread.on('error', () => {})
      thread.on('exit', () => resolve())
    })
    return { thread, ended }
  })
}

/** 0 when it cannot be told: whoever reads the file says why. */
function sizeOf({ path }: FileOrder): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

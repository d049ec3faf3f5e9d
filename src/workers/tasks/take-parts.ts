import { parentPort, workerData } from 'node:worker_threads'
import { counter } from '../counter.ts'
import type { PartOrder } from '../file-part.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'
import { type MeasuredPart, measurePart } from './measure-file.ts'

/** A list of parts from which several threads take, each what comes next. */
export interface SharedParts {
  readonly parts: readonly PartOrder[]
  /** The next one that nobody has taken. */
  readonly next: Int32Array<SharedArrayBuffer>
  /** KiB read so far, by all. */
  readonly kibibytes: Int32Array<SharedArrayBuffer>
}

export function sharedParts(parts: readonly PartOrder[]): SharedParts {
  return { parts, next: counter(), kibibytes: counter() }
}

/** Its place in the list, and what was found. */
export type TakenPart = readonly [place: number, part: MeasuredPart]

/**
 * Takes and measures parts until there is none left; tells of each. `read` hears after each block how many KiB all who share
 * have read.
 */
export async function takeParts(
  { parts, next, kibibytes }: SharedParts,
  read: (kibibytes: number) => void,
  tell: (taken: TakenPart) => void | Promise<void>,
): Promise<void> {
  const tick = (bytes: number): void => {
    const added = Math.round(bytes / 1024)
    read(Atomics.add(kibibytes, 0, added) + added)
  }
  for (;;) {
    const place = Atomics.add(next, 0, 1)
    const part = parts[place]
    if (part === undefined) return
    await tell([place, await measurePart(part, tick)])
  }
}

/** The entry of a thread of the pool. */
export async function run({ order, progress }: TaskMessage<SharedParts>): Promise<readonly TakenPart[]> {
  const all: TakenPart[] = []
  await takeParts(order, tickOf(progress), (taken) => void all.push(taken))
  return all
}

/** This file is also a thread of its own, started by `sharing.ts`. */
if (parentPort !== null && workerData?.purpose === 'take parts') {
  const port = parentPort
  const nobody = () => {}
  await takeParts(workerData.shared, nobody, (taken) => port.postMessage(taken))
}

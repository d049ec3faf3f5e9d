import { parentPort, workerData } from 'node:worker_threads'
import type { PartOrder } from '../file-part.ts'
import { type MeasuredPart, measurePart } from './measure-file.ts'

/** A list of parts from which several threads take, each what comes next. */
export interface SharedParts {
  readonly parts: readonly PartOrder[]
  /** The next one that nobody has taken. */
  readonly next: Int32Array<SharedArrayBuffer>
  /** KiB read so far, by all. */
  readonly kibibytes: Int32Array<SharedArrayBuffer>
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

/** This file is a thread of its own, started by `sharing.ts`, or only a module of the thread that starts it. */
if (parentPort !== null && workerData?.purpose === 'take parts') {
  const port = parentPort
  const nobody = () => {}
  await takeParts(workerData.shared, nobody, (taken) => port.postMessage(taken))
}

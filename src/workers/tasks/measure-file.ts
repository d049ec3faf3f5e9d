import { setTimeout as wait } from 'node:timers/promises'
import { formatAdler32 } from '../adler32.ts'
import { type PartOrder, type ReadPart, readPart } from '../file-part.ts'
import type { FileOrder, Measured } from '../port.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'

/** A part that was summed, or why it was not. */
export type MeasuredPart =
  | (ReadPart & { readonly kind: 'read' })
  | { readonly kind: 'missing' | 'unreadable'; readonly text: string }

/** Errors of network file systems that pass (contracts/pilot-data.md 5.2). */
const passing = new Set(['EIO', 'ESTALE'])

/** Milliseconds before each further try after a passing error. */
const defaultPauses = [200, 1000, 5000] as const

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<PartOrder>): Promise<MeasuredPart> {
  return measurePart(order, tickOf(progress))
}

/** Size and checksums of a whole file, read in this thread. `tick` is called after each block, with its bytes. */
export async function measureFile(
  order: FileOrder,
  tick: (bytes: number) => void,
  pauses?: readonly number[],
): Promise<Measured> {
  return wholeFile(await measurePart(order, tick, pauses))
}

/** What a part is that has no range. */
export function wholeFile(part: MeasuredPart): Measured {
  if (part.kind !== 'read') return part
  const { bytes: size, adler32, md5 } = part
  return { kind: 'measured', file: { size, adler32: formatAdler32(adler32), ...(md5 !== undefined && { md5 }) } }
}

/** A file that changes under the reading is read once more, one behind an error that may pass after a pause. */
export async function measurePart(
  order: PartOrder,
  tick: (bytes: number) => void,
  pauses: readonly number[] = defaultPauses,
): Promise<MeasuredPart> {
  let failures = 0
  let changes = 0
  for (;;) {
    const reading = readPart(order, tick)
    switch (reading.kind) {
      case 'read':
      case 'missing':
        return reading
      case 'changed':
        changes += 1
        if (changes > 1) return { kind: 'unreadable', text: `${order.path} changed while it was read, twice` }
        break
      case 'failed': {
        const pause = passing.has(reading.code ?? '') ? pauses[failures] : undefined
        if (pause === undefined) return { kind: 'unreadable', text: reading.text }
        failures += 1
        await wait(pause)
        tick(0)
      }
    }
  }
}

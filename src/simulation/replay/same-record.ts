import { isDeepStrictEqual } from 'node:util'
import type { JobRecord } from '../../job/record.ts'
import type { JobUpdate } from '../../job/update.ts'

/** Where a replayed record says something else than the recorded one. */
export interface Difference {
  readonly path: string
  readonly recorded: unknown
  readonly replayed: unknown
}

/**
 * The first difference of two records; undefined = the same. Not compared is what is measured by a clock, which a replay
 * cannot know to the millisecond: the time of a finding, of the end and of the delivery, `pilotTiming`, `meanCores`; and
 * the number of a message, since numbers are also used up by heartbeats that were never written.
 */
export function difference(recorded: JobRecord, replayed: JobRecord): Difference | undefined {
  return firstDifference('', timeless(recorded), timeless(replayed))
}

/** Whether two records are about the same thing: then a difference between them is one of content. */
export function sameSubject(recorded: JobRecord, replayed: JobRecord): boolean {
  if (recorded.kind !== replayed.kind) return false
  if (recorded.kind !== 'transfer' || replayed.kind !== 'transfer') return true
  return recorded.direction === replayed.direction && recorded.lfn === replayed.lfn
}

function timeless(record: JobRecord): unknown {
  const plain: JobRecord = JSON.parse(JSON.stringify(record))
  switch (plain.kind) {
    case 'finding':
      return { ...plain, finding: { ...plain.finding, at: 0 } }
    case 'message':
      return { ...plain, id: 0, update: timelessUpdate(plain.update) }
    case 'acknowledged':
      return { ...plain, id: 0 }
    case 'outcome':
      return plain.update === undefined ? plain : { ...plain, update: timelessUpdate(plain.update) }
    case 'delivered':
      return { ...plain, at: 0 }
    default:
      return plain
  }
}

function timelessUpdate({ use, final, ...update }: JobUpdate): unknown {
  return {
    ...update,
    ...(use && { use: { ...use, meanCores: 0 } }),
    ...(final && { final: { ...final, endTime: 0, pilotTiming: '' } }),
  }
}

function firstDifference(path: string, recorded: unknown, replayed: unknown): Difference | undefined {
  if (isDeepStrictEqual(recorded, replayed)) return undefined
  if (!isObject(recorded) || !isObject(replayed)) return { path, recorded, replayed }
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    const found = firstDifference(path === '' ? name : `${path}.${name}`, recorded[name], replayed[name])
    if (found !== undefined) return found
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobRecord, Recorded } from '../../../src/job/record.ts'

/** Histories that pilots wrote, real ones and one of a simulated world, as `pilot inspect --history JOB --json` printed them. */
export const recordings = [
  'finished',
  'failed',
  'sigterm',
  'killed-payload',
  'killed-delivery',
  'simulated-debug',
] as const
export type Recording = (typeof recordings)[number]

export function recordingFile(name: Recording): string {
  return join(import.meta.dirname, 'fixtures', `${name}.json`)
}

export function recording(name: Recording): readonly Recorded[] {
  return JSON.parse(readFileSync(recordingFile(name), 'utf8')).records
}

/** The history with the first record of a kind changed, or left out when the change gives none. */
export function tampered<Kind extends JobRecord['kind']>(
  history: readonly Recorded[],
  kind: Kind,
  change: (record: Extract<JobRecord, { kind: Kind }>) => JobRecord | undefined,
): { readonly history: readonly Recorded[]; readonly seq: number } {
  const place = history.findIndex(({ record }) => record.kind === kind)
  const found = history[place]
  if (found === undefined) throw new Error(`there is no record ${kind}`)
  const record = change(found.record as Extract<JobRecord, { kind: Kind }>)
  const changed = record === undefined ? history.toSpliced(place, 1) : history.with(place, { ...found, record })
  return { history: changed, seq: found.seq }
}

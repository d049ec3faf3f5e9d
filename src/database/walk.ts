import type { JobKey } from '../job/ids.ts'
import type { LmdbFiles } from './lmdb-files.ts'
import { recordOfForm, schemaVersion } from './migrations.ts'
import type { StoredRecord } from './record-bytes.ts'

/** Every record of a database, read once and checked. */
export interface Walked {
  /** The stored form; undefined: the file was never used. NaN: it is not ours. */
  readonly form: number | undefined
  readonly records: readonly StoredRecord[]
  /** Records that should be there and are not, by the database's own witness. */
  readonly missing: readonly { readonly job: JobKey; readonly seq: number }[]
}

/** Whether this pilot can read what a database's `schema` says. */
export function known(form: number | undefined): boolean {
  return form === undefined || (form >= 1 && form <= schemaVersion)
}

/** Reads nothing but the form when it is one that we do not know. Throws, and dies, as LMDB does. */
export function walk({ about, records, last }: Partial<LmdbFiles>): Walked {
  const text = about?.get('schema')
  const form = text === undefined ? undefined : Number(text)
  if (!known(form)) return { form, records: [], missing: [] }

  const read: StoredRecord[] = []
  const seen = new Map<JobKey, Set<number>>()
  const highest = new Map<JobKey, number>()
  const reach = (job: JobKey, seq: number) => highest.set(job, Math.max(seq, highest.get(job) ?? 0))
  for (const { key, value } of records?.getRange({}) ?? []) {
    const [job, seq] = key
    reach(job, seq)
    const stored = recordOfForm(form ?? schemaVersion, key, value)
    if (stored === undefined || stored.job !== job || stored.seq !== seq) continue
    read.push(stored)
    seen.set(job, (seen.get(job) ?? new Set()).add(seq))
  }
  for (const { key, value } of last?.getRange({}) ?? []) reach(key, Number(value))

  const missing: { job: JobKey; seq: number }[] = []
  for (const [job, until] of highest) {
    for (let seq = 1; seq <= until; seq += 1) if (!seen.get(job)?.has(seq)) missing.push({ job, seq })
  }
  return { form, records: read, missing }
}

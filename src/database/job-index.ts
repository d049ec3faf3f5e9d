import type { JobKey } from '../job/ids.ts'
import type { Recorded } from '../job/record.ts'
import type { Manifest } from './manifest.ts'
import { recordBytes, recordOf, type StoredRecord } from './record-bytes.ts'
import type { JobEntry, Transaction } from './transaction.ts'

/**
 * Every record of every job, in memory: a job has some hundreds of them. So nothing is read from LMDB's map while the
 * pilot runs, where a bad disk answers with a signal, and what no disk takes any more is still known.
 */
export interface JobIndex {
  entry(job: JobKey): JobEntry | undefined
  jobs(): readonly JobKey[]
  /** Without the records that are lost. */
  history(job: JobKey): readonly Recorded[]
  manifest(): Manifest
  apply(transaction: Transaction): void
}

interface Kept {
  entry: JobEntry
  /** As bytes: nobody can change what was written. */
  readonly records: Map<number, Buffer>
}

/** Of two records with one number, the later in the list counts. */
export function createJobIndex(stored: readonly StoredRecord[]): JobIndex {
  const kept = new Map<JobKey, Kept>()
  const keptOf = (job: JobKey): Kept => {
    const known = kept.get(job)
    if (known !== undefined) return known
    const fresh: Kept = { entry: { last: 0, hasOutcome: false }, records: new Map() }
    kept.set(job, fresh)
    return fresh
  }
  for (const one of stored) {
    const of = keptOf(one.job)
    of.records.set(one.seq, recordBytes(one))
    const hasOutcome = of.entry.hasOutcome || one.record?.kind === 'outcome'
    of.entry = { last: Math.max(of.entry.last, one.seq), hasOutcome }
  }
  return {
    entry: (job) => kept.get(job)?.entry,
    jobs: () => [...kept.keys()],
    history(job) {
      const { entry, records } = kept.get(job) ?? { entry: { last: 0 }, records: new Map<number, Buffer>() }
      const found: Recorded[] = []
      for (let seq = 1; seq <= entry.last; seq += 1) {
        const bytes = records.get(seq)
        const one = bytes === undefined ? undefined : recordOf(bytes)
        if (one?.record) found.push({ seq, at: one.at, record: one.record })
      }
      return found
    },
    manifest: () => new Map([...kept].map(([job, { entry }]) => [job, entry.last])),
    apply({ changes, entries }) {
      for (const { job, seq, bytes } of changes) {
        if (bytes === undefined) kept.delete(job)
        else keptOf(job).records.set(seq, bytes)
      }
      for (const [job, entry] of entries) if (entry !== undefined) keptOf(job).entry = entry
    },
  }
}

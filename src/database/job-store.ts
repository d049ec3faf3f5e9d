import { type Database, open } from 'lmdb'
import type { JobKey } from '../job/ids.ts'
import type { Recorded } from '../job/record.ts'
import { holdDatabase } from './holder.ts'
import { recordOf } from './record-bytes.ts'

/** Version of the stored form: one more with each change that an older pilot would misread. */
const schemaVersion = 1

type RecordKey = [job: JobKey, seq: number]

/** What is known of a job without reading its records. */
export interface JobEntry {
  /** Sequence number of the last record; they run from 1 without a gap. */
  readonly last: number
  readonly hasOutcome: boolean
}

/** What one transaction does; `bytes` undefined removes. */
export interface Change {
  readonly job: JobKey
  readonly seq: number
  readonly bytes: Buffer | undefined
}

/** LMDB as the pilot uses it: records under [job, seq], and an index of the jobs in memory. */
export interface JobStore {
  entry(job: JobKey): JobEntry | undefined
  jobs(): readonly JobKey[]
  history(job: JobKey): readonly Recorded[]
  /**
   * One transaction. `committed` rejects when nothing of it is stored; `flushed` is for awaiting after that: then it is
   * on disk.
   */
  apply(changes: readonly Change[]): { readonly committed: Promise<unknown>; readonly flushed: Promise<unknown> }
  /** Follows a committed change: undefined forgets. */
  note(job: JobKey, entry: JobEntry | undefined): void
  close(): Promise<void>
}

export type OpenedStore =
  | { readonly kind: 'open'; readonly store: JobStore }
  | { readonly kind: 'refused'; readonly text: string }

/** Opens the store and holds it until it is closed. Throws what LMDB throws. */
export function openJobStore(directory: string, warn: (text: string) => void): OpenedStore {
  // LMDB's batching by turns of the event loop makes a promise of its own: of a failed commit nobody could catch it.
  const options = { path: directory, encoding: 'binary', eventTurnBatching: false } as const
  const root = withPrivateFiles(() => open(options))
  const about = root.openDB<string, string>({ name: 'about', encoding: 'string' })
  const records = root.openDB<Buffer, RecordKey>({ name: 'records', encoding: 'binary' })
  const damaged = root.openDB<Buffer, RecordKey>({ name: 'damaged', encoding: 'binary' })

  const refused = (text: string): OpenedStore => {
    void root.close()
    return { kind: 'refused', text }
  }
  const hold = holdDatabase(about)
  if (hold.kind === 'taken') {
    return refused(`is held by the pilot with pid ${hold.pid}: name another directory by --database DIR`)
  }
  const refusal = checkSchema(about)
  if (refusal !== undefined) {
    hold.release()
    return refused(refusal)
  }
  const index = readIndex(records, damaged, warn)

  return {
    kind: 'open',
    store: {
      entry: (job) => index.get(job),
      jobs: () => [...index.keys()],
      history(job) {
        const found: Recorded[] = []
        for (let seq = 1; seq <= (index.get(job)?.last ?? 0); seq += 1) {
          const bytes = records.get([job, seq])
          const stored = bytes === undefined ? undefined : recordOf(job, seq, bytes)
          if (stored === undefined) {
            warn(`record ${seq} of job ${job} is damaged: its history ends there`)
            break
          }
          found.push({ seq, ...stored })
        }
        return found
      },
      apply(changes) {
        const committed = records.batch(() => {
          for (const { job, seq, bytes } of changes) {
            if (bytes === undefined) void records.remove([job, seq])
            else void records.put([job, seq], bytes)
          }
        })
        const flushed = Promise.resolve(root.flushed)
        flushed.catch(() => undefined)
        return { committed, flushed }
      },
      note(job, entry) {
        if (entry === undefined) index.delete(job)
        else index.set(job, entry)
      },
      async close() {
        try {
          hold.release()
        } finally {
          await root.close()
        }
      },
    },
  }
}

/** LMDB makes its files for everybody; jobs' definitions hold secrets. The umask is the process's, so: synchronously. */
function withPrivateFiles<T>(action: () => T): T {
  const before = process.umask(0o077)
  try {
    return action()
  } finally {
    process.umask(before)
  }
}

/** Marks a new database with our version; a text when this one is not for us. */
function checkSchema(about: Database<string, string>): string | undefined {
  const text = about.get('schema')
  if (text === undefined) {
    about.putSync('schema', String(schemaVersion))
    return undefined
  }
  const version = Number(text)
  if (version === schemaVersion) return undefined
  if (version > schemaVersion) {
    return `was written by a newer pilot (form ${version}, known up to ${schemaVersion}): use that pilot, or another directory`
  }
  return `is not a database of this pilot (form ${JSON.stringify(text)})`
}

/**
 * Reads every job's records once. What follows a damaged or missing record is moved aside, so that the history that is
 * left can be continued.
 */
function readIndex(
  records: Database<Buffer, RecordKey>,
  damaged: Database<Buffer, RecordKey>,
  warn: (text: string) => void,
): Map<JobKey, JobEntry> {
  const index = new Map<JobKey, JobEntry>()
  const unreadable: { key: RecordKey; value: Buffer }[] = []
  for (const { key, value } of records.getRange({})) {
    const [job, seq] = key
    const { last, hasOutcome } = index.get(job) ?? { last: 0, hasOutcome: false }
    const stored = seq === last + 1 ? recordOf(job, seq, value) : undefined
    if (stored === undefined) {
      unreadable.push({ key, value: Buffer.from(value) })
      if (!index.has(job)) index.set(job, { last, hasOutcome })
    } else {
      index.set(job, { last: seq, hasOutcome: hasOutcome || stored.record.kind === 'outcome' })
    }
  }
  for (const { key, value } of unreadable) {
    damaged.putSync(key, value)
    records.removeSync(key)
    warn(`record ${key[1]} of job ${key[0]} is damaged or follows a gap: it was moved aside`)
  }
  return index
}

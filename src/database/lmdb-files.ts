import { type Database, open, type RootDatabase } from 'lmdb'
import type { JobKey } from '../job/ids.ts'

export type RecordKey = [job: JobKey, seq: number]

/** The databases within one LMDB file. Keys of `records` are [job, seq] in lmdb's own encoding. */
export interface LmdbFiles {
  readonly root: RootDatabase<Buffer>
  /** `schema`: the stored form as decimal text. */
  readonly about: Database<string, string>
  readonly records: Database<Buffer, RecordKey>
  /** The number of each job's last record, as decimal text: on other pages than the records, as their witness. */
  readonly last: Database<string, JobKey>
}

/**
 * Opens, and makes where it is missing, the LMDB file of a directory. A commit is on disk when its promise resolves.
 * Throws what LMDB throws, and can end the process by a signal when pages are damaged: `probe` first.
 */
export function openLmdb(directory: string): LmdbFiles {
  // LMDB's batching by turns of the event loop makes a promise of its own: of a failed commit nobody could catch it.
  const options = { path: directory, encoding: 'binary', overlappingSync: false, eventTurnBatching: false } as const
  return withPrivateFiles(() => databasesOf(open<Buffer>(options)))
}

/**
 * Opens an existing LMDB file for reading only, beside the pilot that holds it. Databases that an older form did not have
 * are absent. Throws what LMDB throws, and can end the process by a signal.
 */
export function openLmdbToRead(directory: string): Partial<LmdbFiles> {
  const root = open<Buffer>({ path: directory, encoding: 'binary', readOnly: true })
  const found = <Files>(openOne: () => Files): Files | undefined => {
    try {
      return openOne()
    } catch (cause) {
      if ((cause as Error).message === 'Database not found') return undefined
      throw cause
    }
  }
  const about = found(() => root.openDB<string, string>({ name: 'about', encoding: 'string' }))
  const records = found(() => root.openDB<Buffer, RecordKey>({ name: 'records', encoding: 'binary' }))
  const last = found(() => root.openDB<string, JobKey>({ name: 'last', encoding: 'string' }))
  return { root, ...(about && { about }), ...(records && { records }), ...(last && { last }) }
}

/** In one transaction: all of them are made or none, and the disk is waited for once. */
function databasesOf(root: RootDatabase<Buffer>): LmdbFiles {
  return root.transactionSync(() => ({
    root,
    about: root.openDB<string, string>({ name: 'about', encoding: 'string' }),
    records: root.openDB<Buffer, RecordKey>({ name: 'records', encoding: 'binary' }),
    last: root.openDB<string, JobKey>({ name: 'last', encoding: 'string' }),
  }))
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

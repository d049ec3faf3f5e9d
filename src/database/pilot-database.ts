import { mkdir } from 'node:fs/promises'
import { networkFileSystem } from './file-system.ts'
import { type JobStore, openJobStore } from './job-store.ts'
import type { PilotDatabase } from './port.ts'
import { createWriter } from './writer.ts'

export interface DatabaseOptions {
  /** ms since the epoch. */
  readonly now?: () => number
  /** Told in words for the log when something in the database is not as it was written. */
  readonly warn?: (text: string) => void
  /** Names the network file system a directory is on; for tests, which have none. */
  readonly networkFileSystem?: (directory: string) => Promise<string | undefined>
}

export type OpenedDatabase =
  | { readonly kind: 'open'; readonly database: PilotDatabase }
  | { readonly kind: 'refused'; readonly text: string }

/**
 * Opens PilotDB in a directory of its own, made (0700) where it is missing, and holds it until `close`. Refused, with a
 * text for people: a network file system, a directory another pilot holds, a database of a newer pilot, and whatever
 * the file system says. Never rejects.
 *
 * Limit: a data file whose own pages are damaged can end the process by a signal inside LMDB.
 */
export async function openDatabase(directory: string, options: DatabaseOptions = {}): Promise<OpenedDatabase> {
  const { now = Date.now, warn = () => undefined } = options
  const refused = (text: string): OpenedDatabase => ({ kind: 'refused', text: `database ${directory}: ${text}` })
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const network = await (options.networkFileSystem ?? networkFileSystem)(directory)
    if (network !== undefined) {
      return refused(`is on ${network}, where it would not be safe: name a directory on a local disk by --database DIR`)
    }
    const opened = openJobStore(directory, warn)
    return opened.kind === 'refused' ? refused(opened.text) : { kind: 'open', database: databaseOf(opened.store, now) }
  } catch (cause) {
    return refused(`cannot be opened: ${(cause as Error).message}`)
  }
}

function databaseOf(store: JobStore, now: () => number): PilotDatabase {
  const writer = createWriter(store, now)
  return {
    write: (job, record, durability) => writer.write(job, record, durability),
    history: (job) => store.history(job),
    jobs: () => store.jobs(),
    forget: (job) => writer.forget(job),
    async close() {
      await writer.close()
      await store.close().catch(() => undefined)
    },
  }
}

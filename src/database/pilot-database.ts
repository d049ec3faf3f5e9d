import { mkdir } from 'node:fs/promises'
import { commit } from './commit.ts'
import { networkFileSystem } from './file-system.ts'
import { createJournal } from './journal.ts'
import { createKeeper } from './keeper.ts'
import { type Manifest, writeManifest } from './manifest.ts'
import { openFiles } from './opening.ts'
import { lockDirectory } from './pilot-lock.ts'
import type { PilotDatabase } from './port.ts'
import { inWords } from './refusal.ts'
import { freeReserve } from './reserve.ts'
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
 * Opens PilotDB in a directory of its own, made (0700) where it is missing, and holds it until `close`. A damaged database
 * is moved to `quarantine-<time>/` and what can be saved of it is used; every loss is told to `warn` by job and sequence
 * number. Refused, with a text for people: a network file system, a directory another pilot holds, a database of a newer
 * pilot, and whatever the file system says. Never rejects.
 */
export async function openDatabase(directory: string, options: DatabaseOptions = {}): Promise<OpenedDatabase> {
  const refused = (text: string): OpenedDatabase => ({ kind: 'refused', text: `database ${directory}: ${text}` })
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const network = await (options.networkFileSystem ?? networkFileSystem)(directory)
    if (network !== undefined) {
      return refused(`is on ${network}, where it would not be safe: name a directory on a local disk by --database DIR`)
    }
    try {
      return await openHeld(directory, options, refused)
    } catch (cause) {
      // A full disk: one more try with the space that was set aside for it.
      if (!(await freeReserve(directory))) throw cause
      return await openHeld(directory, options, refused)
    }
  } catch (cause) {
    return refused(inWords(cause))
  }
}

async function openHeld(
  directory: string,
  { now = Date.now, warn = () => undefined }: DatabaseOptions,
  refused: (text: string) => OpenedDatabase,
): Promise<OpenedDatabase> {
  const lock = await lockDirectory(directory)
  if (lock.kind === 'held') {
    return refused(
      `is held by ${lock.holder}: name another directory by --database DIR, or remove ${lock.file} if that one is gone`,
    )
  }
  try {
    const opened = await openFiles({ directory, now, warn })
    if (opened.kind === 'refused') {
      await lock.release()
      return refused(opened.text)
    }
    const { files, index, reserved } = opened
    const keeper = createKeeper({ directory, files, journal: createJournal(directory), commit, warn })
    const noteManifest = manifestKeeper(directory, warn)
    const writer = createWriter({ index, keeper, noteManifest, now })
    return {
      kind: 'open',
      database: {
        write: (job, record, durability) => writer.write(job, record, durability),
        history: (job) => index.history(job),
        jobs: () => index.jobs(),
        forget: (job) => writer.forget(job),
        async close() {
          await reserved
          await writer.close()
          await keeper.close().catch(() => undefined)
          await noteManifest(index.manifest(), false)
          await lock.release()
        },
      },
    }
  } catch (cause) {
    await lock.release()
    throw cause
  }
}

/** Says once that the witness cannot be written; records are kept without it. */
function manifestKeeper(directory: string, warn: (text: string) => void) {
  let told = false
  return async (manifest: Manifest, sync: boolean): Promise<void> => {
    try {
      await writeManifest(directory, manifest, sync)
    } catch (cause) {
      if (!told) warn(`the manifest cannot be written, lost jobs may go unnoticed: ${(cause as Error).message}`)
      told = true
    }
  }
}

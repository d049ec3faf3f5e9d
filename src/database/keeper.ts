import { statfs } from 'node:fs/promises'
import type { commit } from './commit.ts'
import type { Journal } from './journal.ts'
import type { LmdbFiles } from './lmdb-files.ts'
import { freeReserve } from './reserve.ts'
import type { Change } from './transaction.ts'

/** Puts changes where they outlast the process. */
export interface Keeper {
  /** Never rejects. undefined: kept, with `sync` on disk. Otherwise why these changes are in memory only, for now. */
  keep(changes: readonly Change[], sync: boolean): Promise<string | undefined>
  close(): Promise<void>
}

export interface KeeperParts {
  readonly directory: string
  readonly files: LmdbFiles
  readonly journal: Journal
  readonly commit: typeof commit
  readonly warn: (text: string) => void
}

/** Bytes below which a file system is full: LMDB calls a write cut short by it an input/output error. */
const nothingLeft = 256 * 1024

/**
 * LMDB as long as it takes what it is given. On a full disk the reserve is freed and the commit repeated. After any other
 * error, or when that did not help, LMDB is not touched again: what it says after a failed fsync is not to be trusted, nor
 * what it shows after a rejected commit. Then records go to the journal, which the next opening brings back into LMDB;
 * those that the journal cannot take wait in memory and are tried again with the next.
 */
export function createKeeper({ directory, files, journal, commit, warn }: KeeperParts): Keeper {
  let usesLmdb = true
  let owed: Change[] = []

  async function toLmdb(changes: readonly Change[]): Promise<string | undefined> {
    const problem = await commit(files, changes)
    if (problem === undefined || !(await isFull(directory, problem)) || !(await freeReserve(directory))) return problem
    warn('the disk is full: the space set aside for the last records was freed')
    return commit(files, changes)
  }

  /** All that is owed, or what of it fits: a last small record must not wait behind a large one. */
  async function toJournal(sync: boolean): Promise<string | undefined> {
    try {
      await journal.append(owed, sync)
      owed = []
      return undefined
    } catch (cause) {
      if (await freeReserve(directory)) {
        warn('the space set aside for the last records was freed')
        return toJournal(sync)
      }
      const unkept: Change[] = []
      for (const change of owed) await journal.append([change], sync).catch(() => unkept.push(change))
      owed = unkept
      return (cause as Error).message
    }
  }

  return {
    async keep(changes, sync) {
      if (usesLmdb) {
        const problem = await toLmdb(changes)
        if (problem === undefined) return undefined
        usesLmdb = false
        warn(`the database takes no records any more (${problem}): they go to its journal, for the next pilot here`)
      }
      owed.push(...changes)
      const problem = await toJournal(sync)
      if (problem === undefined || !changes.some((change) => owed.includes(change))) return undefined
      warn(`${owed.length} records are kept in memory only, the journal cannot be written: ${problem}`)
      return problem
    },
    async close() {
      await journal.close().catch(() => undefined)
      if (usesLmdb) await files.root.close()
    },
  }
}

async function isFull(directory: string, problem: string): Promise<boolean> {
  if (/ENOSPC|EDQUOT|No space left|quota exceeded/i.test(problem)) return true
  return statfs(directory).then(
    ({ bavail, bsize }) => bavail * bsize < nothingLeft,
    () => false,
  )
}

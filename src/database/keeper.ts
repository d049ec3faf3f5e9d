import { statfs } from 'node:fs/promises'
import type { commit } from './commit.ts'
import { type Journal, removeJournal } from './journal.ts'
import type { LmdbFiles } from './lmdb-files.ts'
import { freeReserve } from './reserve.ts'
import type { Change } from './transaction.ts'

export interface Kept {
  /** Why some of the changes are in memory only, for now. */
  readonly unkept: ReadonlyMap<Change, string>
  /** Changes wait in the journal for the next commit: an unsynced journal may be gone with the machine. */
  readonly isPending: boolean
}

/** Puts changes where they outlast the process. */
export interface Keeper {
  /** Never rejects. The changes are kept, `sync`: on disk, but for those that are told. */
  keep(changes: readonly Change[], sync: boolean): Promise<Kept>
  /** What waits goes into LMDB. Never rejects. */
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

/** Changes that wait for a commit: what the next opening reads besides LMDB stays small. */
const mostPending = 1000

/**
 * What must be on disk is committed by LMDB, which syncs; what need not is a line in the journal until then, and goes along
 * with the next commit. On a full disk the reserve is freed and the commit repeated. After any other error, or when that
 * did not help, LMDB is not touched again: what it says after a failed fsync is not to be trusted, nor what it shows after
 * a rejected commit. Then all records go to the journal, which the next opening brings back into LMDB; those that the
 * journal cannot take wait in memory until it has taken another one.
 */
export function createKeeper({ directory, files, journal, commit, warn }: KeeperParts): Keeper {
  let usesLmdb = true
  /** In the journal, not yet in LMDB. */
  let pending: readonly Change[] = []
  let owed: readonly Change[] = []

  /** All or nothing; tells why nothing. */
  async function toLmdb(changes: readonly Change[]): Promise<string | undefined> {
    let problem = await commit(files, changes)
    if (problem !== undefined && (await isFull(directory, problem)) && (await freeReserve(directory))) {
      warn('the disk is full: the space set aside for the last records was freed')
      problem = await commit(files, changes)
    }
    if (problem === undefined) pending = []
    return problem
  }

  /** Whether they do; where the journal cannot be written, LMDB is asked, which says what is wrong when it cannot either. */
  async function waits(changes: readonly Change[]): Promise<boolean> {
    if (pending.length + changes.length > mostPending) return false
    try {
      if (pending.length === 0) await journal.clear()
      await journal.append(changes, false)
    } catch {
      return false
    }
    pending = [...pending, ...changes]
    return true
  }

  async function append(changes: readonly Change[], sync: boolean): Promise<string | undefined> {
    try {
      await journal.append(changes, sync)
      return undefined
    } catch (cause) {
      if (!(await freeReserve(directory))) return (cause as Error).message
      warn('the space set aside for the last records was freed')
      return append(changes, sync)
    }
  }

  /** One by one: a last small record must not wait for a large one. What does not fit is owed. */
  async function toJournal(changes: readonly Change[], sync: boolean): Promise<ReadonlyMap<Change, string>> {
    const unkept = new Map<Change, string>()
    for (const change of changes) {
      const problem = await append([change], sync)
      if (problem !== undefined) unkept.set(change, problem)
    }
    const [problem] = unkept.values()
    if (problem !== undefined && owed.length === 0) {
      warn(`records are kept in memory only, the journal cannot be written: ${problem}`)
    }
    if (unkept.size < changes.length && owed.length > 0 && (await append(owed, sync)) === undefined) {
      warn(`the journal has taken ${owed.length} records that were in memory only`)
      owed = []
    }
    owed = [...owed, ...unkept.keys()]
    return unkept
  }

  return {
    async keep(changes, sync) {
      if (usesLmdb) {
        if (!sync && (await waits(changes))) return { unkept: new Map(), isPending: true }
        const problem = await toLmdb([...pending, ...changes])
        if (problem === undefined) return { unkept: new Map(), isPending: false }
        usesLmdb = false
        warn(`the database takes no records any more (${problem}): they go to its journal, for the next pilot here`)
      }
      return { unkept: await toJournal(changes, sync), isPending: false }
    },
    async close() {
      if (usesLmdb && pending.length > 0) await toLmdb(pending)
      if (owed.length > 0) await journal.append(owed, true).catch(() => undefined)
      await journal.close().catch(() => undefined)
      if (!usesLmdb) return
      if (pending.length === 0) await removeJournal(directory).catch(() => undefined)
      await files.root.close()
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

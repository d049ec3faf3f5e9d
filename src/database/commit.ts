import { setTimeout } from 'node:timers/promises'
import type { LmdbFiles } from './lmdb-files.ts'
import type { Change } from './transaction.ts'

/** ms that a disk may take for a commit; after that LMDB is given up. */
const longestCommit = 60_000
/** ms that LMDB may take to tell the reason of a failed commit, which comes separately. */
const longestReason = 200

/** Commits the changes as one transaction. Resolves to undefined when they are on disk, otherwise to what is wrong. */
export async function commit(files: LmdbFiles, changes: readonly Change[]): Promise<string | undefined> {
  const patience = new AbortController()
  const late = setTimeout(longestCommit, 'late', { signal: patience.signal }).catch(() => 'late')
  try {
    const first = await Promise.race([batch(files, changes), late])
    return first === 'late' ? `the disk did not confirm a commit within ${longestCommit / 1000} s` : undefined
  } catch (cause) {
    return reasonOf(cause)
  } finally {
    patience.abort()
  }
}

/** The same at once, for the opening. Throws what LMDB throws. */
export function commitNow(files: LmdbFiles, changes: readonly Change[]): void {
  files.root.transactionSync(() => put(files, changes))
}

/** A promise that is rejected late must still find a listener, hence no `await` on the way. */
function batch(files: LmdbFiles, changes: readonly Change[]): Promise<unknown> {
  const committed = Promise.resolve(files.records.batch(() => put(files, changes)))
  committed.catch(() => undefined)
  return committed
}

function put({ records, last }: LmdbFiles, changes: readonly Change[]): void {
  for (const { job, seq, bytes } of changes) {
    if (bytes === undefined) {
      for (let each = 1; each <= seq; each += 1) void records.remove([job, each])
      void last.remove(job)
    } else {
      void records.put([job, seq], bytes)
      void last.put(job, String(seq))
    }
  }
}

/**
 * LMDB rejects with "Commit failed" and gives the reason (ENOSPC, EIO) to a second promise, `commitError`, which would
 * end the process as an unhandled rejection if nobody listened.
 */
async function reasonOf(cause: unknown): Promise<string> {
  const { message, commitError } = cause as Error & { commitError?: Promise<unknown> }
  if (commitError === undefined) return message
  const reason = commitError.then(
    () => message,
    (error: Error) => error.message,
  )
  return Promise.race([reason, setTimeout(longestReason, message)])
}

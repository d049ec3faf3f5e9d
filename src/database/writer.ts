import { setTimeout } from 'node:timers/promises'
import type { JobKey } from '../job/ids.ts'
import type { JobRecord } from '../job/record.ts'
import type { Change, JobStore } from './job-store.ts'
import type { Durability, Written } from './port.ts'
import { planTransaction, type Task } from './transaction.ts'

/** ms that a disk may take to confirm; after that the answer is "not known to be on disk" instead of none. */
const longestFlush = 60_000
/** ms that LMDB may take to tell the reason of a failed commit, which comes separately. */
const longestReason = 200

export interface Writer {
  write(job: JobKey, record: JobRecord, durability: Durability): Promise<Written>
  forget(job: JobKey): Promise<void>
  /** Refuses what comes now; ends when everything taken before is answered. */
  close(): Promise<void>
}

interface Waiting {
  readonly task: Task
  readonly durability: Durability
  answer(written: Written): void
}

type Committed = { readonly flushed: Promise<unknown> } | { readonly problem: string }

/** One transaction at a time, each with everything that waited for it: so records of a job keep their order. */
export function createWriter(store: JobStore, now: () => number): Writer {
  let queue: Waiting[] = []
  let running: Promise<void> | undefined
  let closed = false
  const flushing = new Set<Promise<void>>()

  function add(task: Task, durability: Durability): Promise<Written> {
    if (closed) return Promise.resolve({ kind: 'failed', text: 'the database is closed' })
    return new Promise((answer) => {
      queue.push({ task, durability, answer })
      running ??= drain()
    })
  }

  async function drain(): Promise<void> {
    // What is written in one turn of the event loop goes into one transaction.
    await Promise.resolve()
    while (queue.length > 0) {
      const batch = queue
      queue = []
      await transact(batch)
    }
    // In the same turn as the look at the queue: nobody can add in between.
    running = undefined
  }

  async function transact(batch: readonly Waiting[]): Promise<void> {
    const { changes, entries, answers } = planTransaction(
      batch.map(({ task }) => task),
      (job) => store.entry(job),
      now(),
    )
    const committed = await commit(changes)
    const problem = 'problem' in committed ? committed.problem : undefined
    if (problem === undefined) for (const [job, entry] of entries) store.note(job, entry)
    batch.forEach(({ durability, answer }, index) => {
      const planned = answers[index]
      if (planned === undefined || planned.kind === 'failed') answer(planned ?? { kind: 'failed', text: 'not planned' })
      else if ('problem' in committed) answer({ kind: 'failed', text: committed.problem })
      else if (durability === 'soon') answer(planned)
      else afterFlush(committed.flushed, planned, answer)
    })
  }

  async function commit(changes: readonly Change[]): Promise<Committed> {
    try {
      const { committed, flushed } = store.apply(changes)
      await committed
      return { flushed }
    } catch (cause) {
      return { problem: `the record could not be stored: ${await reasonOf(cause)}` }
    }
  }

  function afterFlush(flushed: Promise<unknown>, planned: Written, answer: (written: Written) => void): void {
    const waiting = confirmation(flushed).then((problem) => {
      flushing.delete(waiting)
      answer(problem === undefined ? planned : { kind: 'failed', text: problem })
    })
    flushing.add(waiting)
  }

  return {
    write: (job, record, durability) => add({ kind: 'write', job, record }, durability),
    async forget(job) {
      await add({ kind: 'forget', job }, 'soon')
    },
    async close() {
      closed = true
      await running
      await Promise.all(flushing)
    },
  }
}

/** undefined when the disk confirmed, otherwise what is wrong. */
async function confirmation(flushed: Promise<unknown>): Promise<string | undefined> {
  const patience = new AbortController()
  const late = setTimeout(longestFlush, 'late', { signal: patience.signal }).catch(() => 'late')
  try {
    const first = await Promise.race([flushed, late])
    return first === 'late' ? `the disk did not confirm the record within ${longestFlush / 1000} s` : undefined
  } catch (cause) {
    return `the disk did not confirm the record: ${(cause as Error).message}`
  } finally {
    patience.abort()
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

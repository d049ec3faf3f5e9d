import type { JobKey } from '../job/ids.ts'
import type { JobRecord } from '../job/record.ts'
import type { Change, JobEntry } from './job-store.ts'
import type { Written } from './port.ts'
import { recordBytes } from './record-bytes.ts'

/** What waits to be done in one transaction. */
export type Task =
  | { readonly kind: 'write'; readonly job: JobKey; readonly record: JobRecord }
  | { readonly kind: 'forget'; readonly job: JobKey }

export interface Transaction {
  readonly changes: readonly Change[]
  /** The index after the commit. */
  readonly entries: ReadonlyMap<JobKey, JobEntry | undefined>
  /** What each task will be told after the commit, in their order. */
  readonly answers: readonly Written[]
}

const nothing: JobEntry = { last: 0, hasOutcome: false }

/**
 * Puts tasks together: gives each record the next sequence number of its job, and refuses a second outcome. Nothing has
 * happened yet; if the commit fails, the numbers are given out again, so no gap is left.
 */
export function planTransaction(
  tasks: readonly Task[],
  entryOf: (job: JobKey) => JobEntry | undefined,
  at: number,
): Transaction {
  const entries = new Map<JobKey, JobEntry | undefined>()
  const changes: Change[] = []
  const answers = tasks.map((task): Written => {
    const { job } = task
    const { last, hasOutcome } = (entries.has(job) ? entries.get(job) : entryOf(job)) ?? nothing
    if (task.kind === 'forget') {
      for (let seq = 1; seq <= last; seq += 1) changes.push({ job, seq, bytes: undefined })
      entries.set(job, undefined)
      return { kind: 'written', seq: last }
    }
    const isOutcome = task.record.kind === 'outcome'
    if (isOutcome && hasOutcome) {
      return { kind: 'failed', text: `job ${job} has an outcome already: an outcome is written once` }
    }
    const seq = last + 1
    try {
      changes.push({ job, seq, bytes: recordBytes(job, seq, { at, record: task.record }) })
    } catch (cause) {
      return { kind: 'failed', text: `the ${task.record.kind} record is no JSON: ${(cause as Error).message}` }
    }
    entries.set(job, { last: seq, hasOutcome: hasOutcome || isOutcome })
    return { kind: 'written', seq }
  })
  return { changes, entries, answers }
}

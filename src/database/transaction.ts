import type { JobKey } from '../job/ids.ts'
import type { JobRecord } from '../job/record.ts'
import type { Written } from './port.ts'
import { recordBytes } from './record-bytes.ts'

/** What waits to be done in one transaction. */
export type Task =
  | { readonly kind: 'write'; readonly job: JobKey; readonly record: JobRecord }
  | { readonly kind: 'forget'; readonly job: JobKey }

/** What one transaction does; `bytes` undefined forgets the job, whose last record is `seq`. */
export interface Change {
  readonly job: JobKey
  readonly seq: number
  readonly bytes: Buffer | undefined
}

/** What must be known of a job to add to it. */
export interface JobEntry {
  /** Sequence number of the last record; they run from 1 without a gap. */
  readonly last: number
  readonly hasOutcome: boolean
}

export interface Transaction {
  readonly changes: readonly Change[]
  /** The jobs afterwards; undefined: forgotten. */
  readonly entries: ReadonlyMap<JobKey, JobEntry | undefined>
  /** What each task will be told when the changes are kept, in their order. */
  readonly answers: readonly Written[]
}

const nothing: JobEntry = { last: 0, hasOutcome: false }

/** Puts tasks together: gives each record the next sequence number of its job, and refuses a second outcome. */
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
      changes.push({ job, seq: last, bytes: undefined })
      entries.set(job, undefined)
      return { kind: 'written', seq: last }
    }
    const isOutcome = task.record.kind === 'outcome'
    if (isOutcome && hasOutcome) {
      return { kind: 'failed', text: `job ${job} has an outcome already: an outcome is written once` }
    }
    const seq = last + 1
    try {
      changes.push({ job, seq, bytes: recordBytes({ job, seq, at, record: task.record }) })
    } catch (cause) {
      return { kind: 'failed', text: `the ${task.record.kind} record is no JSON: ${(cause as Error).message}` }
    }
    entries.set(job, { last: seq, hasOutcome: hasOutcome || isOutcome })
    return { kind: 'written', seq }
  })
  return { changes, entries, answers }
}

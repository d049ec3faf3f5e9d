import type { ErrorName } from './error-table.ts'

/** How a pilot takes jobs (contracts/pilot-core.md 2.4, 2.5). Times in ms unless said otherwise. */
export interface JobTaking {
  /** Jobs side by side. */
  readonly slots: number
  /** Requests for one job before the pilot gives up (`--getjobrequests`). */
  readonly requests: number
  /** Empty answers tolerated (`--getjobfailures`). */
  readonly failures: number
  /** Seconds; 0 = one job a slot. Later jobs are taken only while the pilot is younger than this. */
  readonly timeFloor: number
}

/** What was taken so far. */
export interface Taken {
  readonly startedAt: number
  /** Jobs running now. */
  readonly running: number
  /** Jobs ever taken. */
  readonly total: number
  /** Requests since the last job came. */
  readonly requests: number
  /** Answers without a job since the last job came. */
  readonly empty: number
}

export type NextStep =
  | { readonly kind: 'ask'; readonly count: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'enough'; readonly text: string }

/**
 * Whether the pilot asks for another job. There is no estimate of the next job's length: the server is told the
 * remaining time instead, and selects by it.
 */
export function nextStep(taking: JobTaking, taken: Taken, now: number): NextStep {
  const free = taking.slots - taken.running
  if (taking.timeFloor === 0 && taken.total >= taking.slots)
    return enough('one job a slot (the queue has no time floor)')
  if (taken.total > 0 && taking.timeFloor > 0 && now - taken.startedAt > taking.timeFloor * 1000) {
    return enough(`the time floor of ${taking.timeFloor} s has passed`)
  }
  if (taken.requests >= taking.requests) return enough(`${taken.requests} requests for a job were made`)
  if (taken.empty >= taking.failures) return enough(`${taken.empty} answers held no job`)
  if (free <= 0) return { kind: 'wait' }
  const most = taking.timeFloor === 0 ? taking.slots - taken.total : free
  return { kind: 'ask', count: Math.min(free, most) }
}

function enough(text: string): NextStep {
  return { kind: 'enough', text }
}

/** Why a pilot ends, for its log and its exit code; undefined name = all is well. */
export interface PilotEnd {
  readonly name: ErrorName | undefined
  readonly text: string
}

import type { Assignment } from '../job/assignment.ts'
import type { Finding } from '../job/errors.ts'
import type { JobKey } from '../job/ids.ts'
import type { JobTaking, PilotEnd, Taken } from '../job/next-job.ts'
import type { ResumePoint } from '../job/resume.ts'
import { lifetimeReason, type StopReason } from '../job/stop.ts'
import type { JobPeriods } from './job-context.ts'
import type { PilotMessage } from './messages.ts'

export interface PilotInput {
  /** ms since the epoch. */
  readonly startedAt: number
  readonly slots: number
  readonly requests: number
  readonly failures: number
  readonly periods: JobPeriods
  readonly filesInFlight: number
}

/** What is known after the start: the queue, and how long this pilot may live (ms from now). */
export interface Ready {
  readonly kind: 'ready'
  readonly timeFloor: number
  readonly lifetime: number
  /** Jobs that earlier processes of this life brought to their end: they count as taken. */
  readonly closed: number
  /** Jobs that an earlier life of this pilot left unfinished. */
  readonly unfinished: readonly TakenJob[]
  /** Why no further job may be asked for, if so: the unfinished ones are seen through all the same. */
  readonly refusal: PilotEnd | undefined
}

export type Start = Ready | { readonly kind: 'failed'; readonly end: PilotEnd }

/** A job with what its parser had against it. */
export interface TakenJob {
  readonly assignment: Assignment
  readonly findings: readonly Finding[]
  readonly resume: ResumePoint
}

/** The answer to a request for jobs. `pause` in ms before the next request. */
export type Take =
  | { readonly kind: 'jobs'; readonly jobs: readonly TakenJob[]; readonly at: number }
  | { readonly kind: 'none'; readonly pause: number; readonly end: PilotEnd; readonly at: number }
  | { readonly kind: 'stop'; readonly end: PilotEnd; readonly at: number }

export interface PilotContext extends PilotInput {
  readonly taking: JobTaking
  readonly taken: Taken
  readonly jobs: readonly JobKey[]
  /** ms since the epoch of the latest fact: the chart has no clock. */
  readonly now: number
  readonly lifetime: number
  readonly pause: number
  readonly end: PilotEnd
  readonly stop: StopReason | undefined
}

/** A job broke: a bug of ours, contained. */
export type JobBroke = { readonly type: 'xstate.error.actor.job'; readonly actorId: string; readonly error: unknown }

/** For the start that was under way when the signal came, ms: it tells of jobs that an earlier process left. */
export const startBudget = 1_000

/** For the answer to a request for jobs that was under way when the signal came, ms. */
export const withdrawBudget = 2_000
/** From a signal to the end of the process, ms, whatever the server does. */
export const stopBudget = 8_000
/** Saying goodbye to the server, ms. */
export const leaveBudget = 3_000
/** A timer cannot be longer (2^31 - 1 ms). */
export const longestDelay = 2_147_483_647

export function initialPilot(input: PilotInput): PilotContext {
  return {
    ...input,
    taking: { slots: input.slots, requests: input.requests, failures: input.failures, timeFloor: 0 },
    taken: { startedAt: input.startedAt, running: 0, total: 0, requests: 0, empty: 0 },
    jobs: [],
    now: input.startedAt,
    lifetime: longestDelay,
    pause: 0,
    end: { name: undefined, text: '' },
    stop: undefined,
  }
}

/** What the end of the lifetime orders. */
export function lifetimeStop({ startedAt, lifetime }: PilotContext): PilotMessage {
  return { type: 'pilot.stop', reason: lifetimeReason(Math.round(lifetime / 1000), startedAt + lifetime) }
}

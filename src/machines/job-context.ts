import type { Assignment } from '../job/assignment.ts'
import type { Obeyed } from '../job/command-table.ts'
import type { Conclusion } from '../job/conclusion.ts'
import type { Finding } from '../job/errors.ts'
import type { OutputFile, StoredFile } from '../job/files.ts'
import type { PayloadResult } from '../job/payload.ts'
import type { Phase } from '../job/phases.ts'
import type { ProcessIdentity } from '../job/process.ts'
import type { ResumePoint } from '../job/resume.ts'
import type { JobUpdate, ResourceUse } from '../job/update.ts'
import type { DataOutput } from './data.ts'
import type { JobMessage } from './messages.ts'

/** Periods of the job's children, ms. */
export interface JobPeriods {
  readonly heartbeat: number
  readonly debugHeartbeat: number
  readonly lostHeartbeat: number
  readonly check: number
  readonly firstCheck: number
}

export interface JobInput {
  readonly assignment: Assignment
  /** What is wrong with the definition, if it is refused. */
  readonly findings: readonly Finding[]
  /** Where an earlier life of this pilot left the job. */
  readonly resume: ResumePoint
  readonly periods: JobPeriods
  readonly filesInFlight: number
}

export interface JobContext extends JobInput {
  readonly phase: Phase
  readonly stored: readonly StoredFile[]
  readonly payload: PayloadResult | undefined
  readonly use: ResourceUse | undefined
  /** A stop that came when only the log was missing: it counts only if the log is not stored in time. */
  readonly pendingStop: Finding | undefined
  readonly final: JobUpdate | undefined
  /** Debug mode: each heartbeat shows the end of the active log, or what `debugCommand` gives. */
  readonly debug: boolean
  readonly debugCommand: string | undefined
  /** A look into the job directory is under way. */
  readonly peeking: boolean
  readonly identity: ProcessIdentity | undefined
  /** Commands of the last answer that did nothing here. */
  readonly ignored: readonly Obeyed[]
  readonly keepDirectory: boolean
  readonly delivered: boolean
  /** ms since the epoch; 0 when it was given up. */
  readonly closedAt: number
  /** How often each child that lives as long as the job was started again after a bug of ours broke it. */
  readonly restarts: Readonly<Record<Companion, number>>
}

export type Companion = 'reporter' | 'heartbeat' | 'monitor'

/** A look for debug mode. `command`: a debug command of the server, as it came. */
export interface Peek {
  readonly assignment: Assignment
  readonly identity: ProcessIdentity | undefined
  readonly command: string | undefined
}

/** What the root heard, passed on to the phase that is running. `hurry`: the process is about to be killed. */
export type Halt = { readonly type: 'job.halt'; readonly finding: Finding; readonly hurry: boolean }

export type JobEvent =
  | JobMessage
  | Halt
  | { readonly type: 'job.deadline' }
  | { readonly type: `xstate.error.actor.${Companion | 'peek'}`; readonly error: unknown }
  | { readonly type: 'xstate.done.actor.peek'; readonly output: string }

/** From a signal to the final report, ms: what kills us gives 10 to 30 s (contracts/pilot-core.md 11.6). */
export const finalReportBudget = 3_500

/** Of each companion. Without a reporter the job is stopped; without the others it goes on. */
export const mostRestarts = 3

export function initialContext(input: JobInput): JobContext {
  return {
    ...input,
    phase: 'preparing',
    stored: [],
    payload: undefined,
    use: undefined,
    pendingStop: undefined,
    final: input.resume.from === 'delivery' ? input.resume.update : undefined,
    debug: input.assignment.definition.debug,
    debugCommand: undefined,
    peeking: false,
    identity: undefined,
    ignored: [],
    keepDirectory: false,
    delivered: false,
    closedAt: 0,
    restarts: { reporter: 0, heartbeat: 0, monitor: 0 },
  }
}

export function conclusionOf({ assignment, findings, stored, payload, use }: JobContext): Conclusion {
  return { assignment, findings, stored, payload, use }
}

export function storedOf({ results }: DataOutput): StoredFile[] {
  return results.flatMap((result) => (result.kind === 'stored' ? [result.file] : []))
}

export function logOf({ definition: { log } }: Assignment): readonly OutputFile[] {
  return log === undefined ? [] : [log]
}

/** The same finding twice says nothing new: a check repeats itself every minute until the payload is gone. */
export function withFinding(findings: readonly Finding[], finding: Finding): readonly Finding[] {
  return findings.some(({ name }) => name === finding.name) ? findings : [...findings, finding]
}

// The whole conversation of the house on one page. Commands are imperative and go down; facts are past tense and go up.
// Each union is named after its receiver. Brothers never talk: the job passes on what matters.

import type { ServerCommand } from '../job/commands.ts'
import type { Finding } from '../job/errors.ts'
import type { JobIdentity, JobKey, Lfn } from '../job/ids.ts'
import type { Outcome } from '../job/phases.ts'
import type { ProcessIdentity } from '../job/process.ts'
import type { StopReason } from '../job/stop.ts'
import type { TransferResult } from '../job/transfer.ts'
import type { JobUpdate, ResourceUse } from '../job/update.ts'

export type PilotMessage =
  /** From outside: a signal. */
  | { readonly type: 'pilot.stop'; readonly reason: StopReason }
  /** A job is over and its final report was delivered, or its lease ran out. */
  | {
      readonly type: 'job.closed'
      readonly key: JobKey
      readonly outcome: Outcome
      readonly delivered: boolean
      readonly at: number
    }

export type JobMessage =
  | { readonly type: 'job.stop'; readonly reason: StopReason }
  /** Time is up: whatever is not delivered stays in PilotDB. */
  | { readonly type: 'job.abandon' }
  | { readonly type: 'heartbeat.due' }
  | { readonly type: 'heartbeat.lost'; readonly finding: Finding }
  /** `job`: whose update was answered. */
  | {
      readonly type: 'reporter.acknowledged'
      readonly job: JobIdentity
      readonly commands: readonly ServerCommand[]
      readonly at: number
    }
  | { readonly type: 'reporter.delivered' }
  | { readonly type: 'reporter.undeliverable' }
  | { readonly type: 'monitor.sampled'; readonly use: ResourceUse }
  | { readonly type: 'monitor.violated'; readonly finding: Finding }
  | { readonly type: 'payload.started'; readonly identity: ProcessIdentity; readonly at: number }

export type HeartbeatMessage =
  | { readonly type: 'heartbeat.acknowledged' }
  | { readonly type: 'heartbeat.debug'; readonly on: boolean }
  | { readonly type: 'heartbeat.stop' }

export type ReporterMessage =
  | { readonly type: 'reporter.send'; readonly update: JobUpdate }
  /** There is no time for long pauses any more: somebody will kill the process soon. */
  | { readonly type: 'reporter.hurry' }
  | { readonly type: 'reporter.giveUp' }

export type MonitorMessage =
  | { readonly type: 'monitor.watch'; readonly identity: ProcessIdentity; readonly at: number }
  | { readonly type: 'monitor.unwatch' }
  | { readonly type: 'monitor.stop' }

export type DataMessage =
  | { readonly type: 'data.stop' }
  | { readonly type: 'transfer.ended'; readonly lfn: Lfn; readonly result: TransferResult }

export type TransferMessage = { readonly type: 'transfer.cancel' }

export type PayloadMessage = { readonly type: 'payload.kill'; readonly hurry: boolean }

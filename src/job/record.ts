import type { ServerCommand } from './commands.ts'
import type { Finding } from './errors.ts'
import type { MeasuredFile, StoredFile } from './files.ts'
import type { Outcome, Phase } from './phases.ts'
import type { ProcessEnd, ProcessIdentity } from './process.ts'
import type { JobUpdate } from './update.ts'

/** How a file's transfer stands, as far as a restarted pilot must know. */
export type TransferState =
  /** `measured`: what an output was before it left; a moved file can be recognised at its destination by that. */
  | { readonly kind: 'intended'; readonly pfn: string; readonly measured?: MeasuredFile }
  | { readonly kind: 'done'; readonly stored: StoredFile | undefined }
  | { readonly kind: 'failed'; readonly text: string }

/**
 * One line of a job's history in PilotDB. The order of every outside effect is: intent, effect, fact, tell
 * (architecture, "Record, perform, record, tell"); so an intent without its fact marks an effect whose outcome is
 * unknown.
 */
export type JobRecord =
  | {
      readonly kind: 'definition'
      readonly definition: unknown
      readonly workDirectory: string
      readonly startTime: number
    }
  | { readonly kind: 'phase'; readonly phase: Phase; readonly cause: string }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | {
      readonly kind: 'transfer'
      readonly direction: 'in' | 'out' | 'log'
      readonly lfn: string
      readonly state: TransferState
    }
  /** `cookie`: the mark by which a payload is found whose `process` record was never written. */
  | { readonly kind: 'launching'; readonly commandLine: string; readonly cookie?: string }
  | { readonly kind: 'process'; readonly identity: ProcessIdentity; readonly statusFile: string }
  | { readonly kind: 'payload-ended'; readonly end: ProcessEnd }
  | { readonly kind: 'message'; readonly id: number; readonly update: JobUpdate }
  | { readonly kind: 'acknowledged'; readonly id: number; readonly commands: readonly ServerCommand[] }
  | {
      readonly kind: 'outcome'
      readonly outcome: Outcome
      readonly code: number
      readonly text: string
      /** The final update, sent again and again until it is accepted. */
      readonly update?: JobUpdate
    }
  | { readonly kind: 'delivered'; readonly at: number }

/** A record with its place in the history: sequence number from 1, ms since the epoch. */
export interface Recorded {
  readonly seq: number
  readonly at: number
  readonly record: JobRecord
}

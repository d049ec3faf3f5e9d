import type { Finding } from '../../job/errors.ts'
import type { JobRecord, Recorded } from '../../job/record.ts'
import type { ResumePoint } from '../../job/resume.ts'
import type { ChartStates } from './replayed-life.ts'
import type { Difference } from './same-record.ts'

/** What a step is about. */
export type StepFact =
  /** The job wrote this record, as it did then. `seq`: its place in the history; undefined when it is another one. */
  | { readonly kind: 'record'; readonly seq: number | undefined; readonly record: JobRecord }
  /** Something from outside the job, known by the finding that it left. */
  | { readonly kind: 'told'; readonly finding: Finding }
  /** The pilot process of the life before ended; a new one went on. */
  | { readonly kind: 'life'; readonly from: ResumePoint['from'] }
  /** What was supposed by `--what-if`. */
  | { readonly kind: 'supposed'; readonly text: string }

export interface Step {
  /** From 1. */
  readonly nth: number
  /** ms since the epoch. */
  readonly at: number
  readonly fact: StepFact
  /** The state of each chart after it. */
  readonly states: ChartStates
}

export type Verdict =
  | { readonly kind: 'reached' }
  /** The first record that the charts do not write as it stands. */
  | {
      readonly kind: 'differs'
      readonly recorded: Recorded
      readonly replayed: JobRecord | undefined
      readonly difference: Difference | undefined
    }
  /** Every record was written, and then one that is not recorded, or the job does not end. */
  | { readonly kind: 'goes on'; readonly replayed: JobRecord | undefined }
  /** Records were lost: it is proved only as far as they go without a gap. */
  | { readonly kind: 'incomplete'; readonly missing: number }

import type { Finding } from './errors.ts'
import { acknowledge, emptyOutbox, enqueue, type Outbox } from './outbox.ts'
import type { Outcome, Phase } from './phases.ts'
import type { ProcessEnd, ProcessIdentity } from './process.ts'
import type { JobRecord, Recorded, TransferState } from './record.ts'
import type { Direction } from './transfer.ts'
import type { JobUpdate } from './update.ts'

/** A file's transfer as last recorded; `intended` alone means that its outcome is unknown. */
export interface RecordedTransfer {
  readonly direction: Direction
  readonly lfn: string
  readonly state: TransferState
}

/** All that a restarted pilot knows of a job. A field that was never recorded is undefined. */
export interface JobState {
  readonly definition:
    | { readonly definition: unknown; readonly workDirectory: string; readonly startTime: number }
    | undefined
  readonly phase: Phase | undefined
  readonly findings: readonly Finding[]
  /** One entry a direction and LFN, in the order in which they were first recorded. */
  readonly transfers: readonly RecordedTransfer[]
  /** Recorded without `process`: the payload may or may not have been started. */
  readonly launching: { readonly commandLine: string; readonly cookie?: string } | undefined
  readonly process: { readonly identity: ProcessIdentity; readonly statusFile: string } | undefined
  readonly end: ProcessEnd | undefined
  readonly outbox: Outbox
  readonly outcome:
    | { readonly outcome: Outcome; readonly code: number; readonly text: string; readonly update?: JobUpdate }
    | undefined
  /** The server acknowledged the final message. */
  readonly delivered: boolean
}

export const emptyJobState: JobState = {
  definition: undefined,
  phase: undefined,
  findings: [],
  transfers: [],
  launching: undefined,
  process: undefined,
  end: undefined,
  outbox: emptyOutbox,
  outcome: undefined,
  delivered: false,
}

/**
 * What a history amounts to. The last record of a kind counts, but the first definition and the first outcome stay.
 * Total: any records in any order give a state, and a record of a kind unknown here changes nothing.
 */
export function foldHistory(records: readonly Recorded[]): JobState {
  return records.reduce((state, { record }) => withRecord(state, record), emptyJobState)
}

function withRecord(state: JobState, record: JobRecord): JobState {
  switch (record.kind) {
    case 'definition': {
      const { definition, workDirectory, startTime } = record
      return state.definition === undefined ? { ...state, definition: { definition, workDirectory, startTime } } : state
    }
    case 'phase':
      return { ...state, phase: record.phase }
    case 'finding':
      return { ...state, findings: [...state.findings, record.finding] }
    case 'transfer':
      return { ...state, transfers: withTransfer(state.transfers, record) }
    case 'launching': {
      const { kind: _, ...launching } = record
      return { ...state, launching }
    }
    case 'process':
      return { ...state, process: { identity: record.identity, statusFile: record.statusFile } }
    case 'payload-ended':
      return { ...state, end: record.end }
    case 'message':
      return state.delivered ? state : { ...state, outbox: withMessage(state.outbox, record) }
    case 'acknowledged': {
      const final = state.outbox.waiting.some(({ id, update }) => id === record.id && update.final !== undefined)
      return { ...state, outbox: acknowledge(state.outbox, record.id), delivered: state.delivered || final }
    }
    case 'outcome': {
      const { kind: _, ...outcome } = record
      return state.outcome === undefined ? { ...state, outcome } : state
    }
    case 'delivered':
      return { ...state, delivered: true, outbox: { ...state.outbox, waiting: [] } }
    default:
      return state
  }
}

function withTransfer(
  transfers: readonly RecordedTransfer[],
  { direction, lfn, state }: RecordedTransfer,
): readonly RecordedTransfer[] {
  const known = transfers.findIndex((transfer) => transfer.direction === direction && transfer.lfn === lfn)
  const entry = { direction, lfn, state }
  return known < 0 ? [...transfers, entry] : transfers.with(known, entry)
}

/** As it was queued when it was recorded, under the id it was recorded with. */
function withMessage(outbox: Outbox, { id, update }: Extract<JobRecord, { kind: 'message' }>): Outbox {
  const { waiting } = enqueue({ ...outbox, nextId: id }, update)
  return { ...outbox, nextId: Math.max(outbox.nextId, id + 1), waiting }
}

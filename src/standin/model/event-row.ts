/** States of a range as the server numbers and names them (contracts/event-service.md 1.2). */
export const eventStates = {
  ready: 0,
  sent: 1,
  running: 2,
  finished: 3,
  cancelled: 4,
  discarded: 5,
  done: 6,
  failed: 7,
  fatal: 8,
  merged: 9,
  corrupted: 10,
} as const
export type EventState = keyof typeof eventStates

/** One row of the event table. */
export interface EventRow {
  readonly taskID: number
  readonly fileID: number
  readonly processID: number
  /** The jobset while nobody has the range, then the job that took it. */
  PandaID: number
  state: EventState
  /** Counts down; part of the range's id. */
  attemptNr: number
  readonly startEvent: number
  readonly lastEvent: number
  readonly LFN: string
  readonly GUID: string
  readonly scope: string
  objstoreID: number | null
  zip: EventZip | null
  errorCode: number | null
  errorDiag: string | null
}

/** An archive of outputs, known by its job and its name. */
export interface EventZip {
  readonly PandaID: number
  readonly lfn: string
  readonly fsize: number
  readonly checksum: string | null
  /** `<objstoreID>[/<pathConvention>]` */
  readonly destination: string
}

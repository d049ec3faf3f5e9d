import type { EventRow } from './event-row.ts'
import type { Job } from './job.ts'
import type { Panda } from './panda.ts'

/** A file that is cut into ranges of equal length. */
export interface EventFile {
  readonly taskID: number
  readonly jobsetID: number
  readonly fileID: number
  readonly ranges: number
  readonly eventsPerRange: number
  readonly attemptNr?: number
  readonly LFN: string
  readonly GUID: string
  readonly scope: string
}

/** Puts the ranges of a file into the pool of a jobset. */
export function addEvents(panda: Panda, file: EventFile): void {
  const { taskID, jobsetID, fileID, ranges, eventsPerRange, attemptNr = 10, LFN, GUID, scope } = file
  for (let at = 0; at < ranges; at += 1) {
    panda.events.push({
      taskID,
      fileID,
      processID: at + 1,
      PandaID: jobsetID,
      state: 'ready',
      attemptNr,
      startEvent: at * eventsPerRange + 1,
      lastEvent: (at + 1) * eventsPerRange,
      LFN,
      GUID,
      scope,
      objstoreID: null,
      zip: null,
      errorCode: null,
      errorDiag: null,
    })
  }
}

/** `<task>-<PandaID>-<file>-<process>-<attempt>` */
export function eventRangeID(row: EventRow): string {
  return [row.taskID, row.PandaID, row.fileID, row.processID, row.attemptNr].join('-')
}

export interface EventsRequest {
  readonly PandaID: number
  readonly jobsetID: number
  readonly taskID: number | null
  readonly count: number
  /** In the order of the table instead of that of the files. */
  readonly scattered: boolean
}

/**
 * Binds ready ranges of the jobset to the job. Empty when nothing is left, when the job is not in sent, running or
 * starting, or when somebody wants it dead. Jumbo jobs, segments and the end of idle consumers are not modelled.
 */
export function acquireEvents(panda: Panda, request: EventsRequest): readonly EventRow[] {
  const job = panda.jobs.get(request.PandaID)
  if (job === undefined || !mayTake(job)) return []
  const rows = readyRows(panda, request.jobsetID, request.taskID)
  if (!request.scattered) rows.sort((left, right) => left.fileID - right.fileID || left.processID - right.processID)
  const taken = rows.slice(0, Math.max(0, request.count))
  for (const row of taken) {
    row.PandaID = request.PandaID
    row.state = 'sent'
  }
  return taken
}

/** How many ranges of the jobset nobody has taken. */
export function countEvents(panda: Panda, jobsetID: number, taskID: number | null): number {
  return readyRows(panda, jobsetID, taskID).length
}

/** The rows of one job (or, before they are taken, of one jobset). */
export function eventsOf(panda: Panda, taskID: number, PandaID: number): readonly EventRow[] {
  return panda.events.filter((row) => row.taskID === taskID && row.PandaID === PandaID)
}

function readyRows(panda: Panda, jobsetID: number, taskID: number | null): EventRow[] {
  return panda.events.filter(
    (row) => row.state === 'ready' && row.PandaID === jobsetID && (taskID === null || row.taskID === taskID),
  )
}

function mayTake(job: Job): boolean {
  if (job.archived || job.command === 'tobekilled') return false
  return job.state === 'sent' || job.state === 'running' || job.state === 'starting'
}

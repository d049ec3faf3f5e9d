import type { EventRow, EventZip } from './event-row.ts'
import type { Job, JobState } from './job.ts'
import type { Panda } from './panda.ts'

/** One range of a report, as far as it could be read; null where a value was not sent. */
export interface EventItem {
  readonly eventRangeID: string | null
  readonly status: string | null
  readonly objstoreID: number | null
  readonly errorCode: number | null
  readonly errorDiag: string | null
  /** `broken` = the server stumbles over it. */
  readonly zip: Omit<EventZip, 'PandaID'> | 'broken' | null
}

export interface EventsAnswer {
  /** One for each range; another false where the database failed. */
  readonly returns: readonly (boolean | null)[]
  /** PandaID to what its pilot shall do. */
  readonly commands: Readonly<Record<string, string | null>>
}

const finals = ['finished', 'failed', 'fatal']
const skipped = ['running', 'transferring']
const mostItems = 100_000

/** A change that waits for the commit. */
interface Change {
  readonly row: EventRow | undefined
  readonly item: EventItem
  readonly PandaID: number
}

/**
 * Stores a report (contracts/panda-server.md 6.2, 6.3): all of it or, when an archive is broken, nothing. True says
 * only that id and job were good; a row changes when it is sent or running (version 2: also ready).
 */
export function updateEvents(panda: Panda, version: number, items: readonly EventItem[]): EventsAnswer {
  const returns: (boolean | null)[] = []
  const commands: Record<string, string | null> = {}
  const changes: Change[] = []
  for (const [index, item] of items.entries()) {
    const numbers = readID(item.eventRangeID)
    const known = finals.includes(item.status ?? '') || skipped.includes(item.status ?? '')
    if (index >= mostItems) returns.push(null)
    else if (numbers === null || !known) returns.push(false)
    else if (!finals.includes(item.status ?? '')) returns.push(null)
    else {
      const { PandaID } = numbers
      const job = panda.jobs.get(PandaID)
      const open = job !== undefined && takesReports(job, version)
      if (open && item.zip === 'broken') return { returns: [...returns, false], commands }
      if (open) changes.push({ row: findRow(panda, numbers), item, PandaID })
      returns.push(open)
      commands[PandaID] ??= job === undefined || job.archived ? 'tobekilled' : job.command
    }
  }
  for (const change of changes) carryOut(panda, version, change)
  const finished = new Set(changes.filter(({ item }) => item.status === 'finished').map(({ PandaID }) => PandaID))
  if (finished.size === 0) return { returns, commands }
  // The recorded servers failed to count the events, after they had stored the ranges.
  if (panda.eventUpdates === 'as recorded') return { returns: [...returns, false], commands }
  for (const PandaID of finished) countFinished(panda, PandaID)
  return { returns, commands }
}

/** One range by the call for one range, which does not count events and so does not fail over it. */
export function updateEvent(
  panda: Panda,
  item: EventItem,
): { readonly taken: boolean | null; readonly commands: EventsAnswer['commands'] } {
  const { returns, commands } = updateEvents(panda, 0, [item])
  return { taken: returns[0] ?? null, commands }
}

function carryOut(panda: Panda, version: number, { row, item, PandaID }: Change): void {
  const zip = item.zip === null || item.zip === 'broken' ? null : storeZip(panda, { PandaID, ...item.zip })
  const open = row?.state === 'sent' || row?.state === 'running' || (version === 2 && row?.state === 'ready')
  if (row === undefined || !open) return
  row.state = item.status === 'finished' ? 'finished' : 'failed'
  row.objstoreID = item.objstoreID
  row.errorCode = item.errorCode
  row.errorDiag = item.errorDiag
  row.zip = version === 0 ? null : zip
  if (item.status === 'fatal') row.attemptNr = 1
}

/** A known name keeps the size and checksum it came with first. */
function storeZip(panda: Panda, zip: EventZip): EventZip {
  const known = panda.eventZips.find(({ PandaID, lfn }) => PandaID === zip.PandaID && lfn === zip.lfn)
  if (known === undefined) panda.eventZips.push(zip)
  return known ?? zip
}

function countFinished(panda: Panda, PandaID: number): void {
  const job = panda.jobs.get(PandaID)
  if (job === undefined) return
  const rows = panda.events.filter((row) => row.PandaID === PandaID && row.state === 'finished')
  job.fields.nEvents = rows.reduce((sum, { startEvent, lastEvent }) => sum + lastEvent - startEvent + 1, 0)
}

function takesReports(job: Job, version: number): boolean {
  const open: readonly JobState[] = ['sent', 'running', 'starting', 'transferring']
  return !job.archived && (open.includes(job.state) || (version === 2 && job.state === 'activated'))
}

interface RangeNumbers {
  readonly taskID: number
  readonly PandaID: number
  readonly fileID: number
  readonly processID: number
  readonly attemptNr: number
}

function readID(id: string | null): RangeNumbers | null {
  const parts = id?.split('-') ?? []
  if (parts.length !== 5 || !parts.every((part) => /^\d+$/.test(part))) return null
  const [taskID = 0, PandaID = 0, fileID = 0, processID = 0, attemptNr = 0] = parts.map(Number)
  return { taskID, PandaID, fileID, processID, attemptNr }
}

function findRow(panda: Panda, wanted: RangeNumbers): EventRow | undefined {
  return panda.events.find(
    (row) =>
      row.processID === wanted.processID &&
      row.fileID === wanted.fileID &&
      row.PandaID === wanted.PandaID &&
      row.taskID === wanted.taskID &&
      row.attemptNr === wanted.attemptNr,
  )
}

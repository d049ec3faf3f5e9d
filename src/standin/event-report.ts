import { type EventRow, eventStates } from './model/event-row.ts'
import type { EventItem } from './model/event-update.ts'
import { eventRangeID, eventsOf } from './model/events.ts'
import type { Panda } from './model/panda.ts'
import { parseJson } from './python/json.ts'
import { str } from './python/text.ts'
import { isDict, isList, type PythonDict, PythonError, PythonFloat, type PythonValue } from './python/values.ts'

/** A range as both dialects hand it out. */
export function rangeAnswer(row: EventRow): PythonDict {
  const { startEvent, lastEvent, LFN, GUID, scope } = row
  return { eventRangeID: eventRangeID(row), startEvent, lastEvent, LFN, GUID, scope }
}

/**
 * The ranges of a report (contracts/panda-server.md 6.2): a flat list in version 0, else chunks that may hold ranges
 * and their archive. Null when the text is no such JSON.
 */
export function readReport(text: string, version: number): readonly EventItem[] | null {
  const list = read(text)
  if (!isList(list)) return null
  return list.flatMap((entry): readonly EventItem[] => {
    if (!isDict(entry)) return [readItem({}, null)]
    if (version === 0) return [readItem(entry, null)]
    if (!isList(entry.eventRanges)) return [readItem(entry, entry.zipFile ?? null)]
    return entry.eventRanges.map((item) => readItem(isDict(item) ? item : {}, entry.zipFile ?? null))
  })
}

function readItem(item: PythonDict, zip: PythonValue): EventItem {
  return {
    eventRangeID: textOr(item.eventRangeID),
    status: textOr(item.eventStatus),
    objstoreID: numberOr(item.objstoreID),
    errorCode: numberOr(item.errorCode),
    errorDiag: textOr(item.errorDiag),
    zip: zip === null ? null : readZip(zip),
  }
}

function readZip(zip: PythonValue): EventItem['zip'] {
  if (!isDict(zip) || zip.lfn === undefined || zip.objstoreID === undefined) return 'broken'
  const store = str(zip.objstoreID)
  return {
    lfn: str(zip.lfn),
    fsize: numberOr(zip.fsize) ?? 0,
    checksum: zip.adler32 === undefined ? null : `ad:${str(zip.adler32)}`,
    destination: zip.pathConvention === undefined ? store : `${store}/${str(zip.pathConvention)}`,
  }
}

/**
 * What get_event_range_statuses and get_events_status answer; null where the question is no list of
 * `{"task_id": …, "panda_id": …}`.
 */
export function statesAnswer(panda: Panda, question: string): PythonDict | null {
  const list = read(question)
  if (!isList(list)) return null
  const answer: Record<string, PythonDict> = {}
  for (const entry of list) {
    if (!isDict(entry) || entry.task_id === undefined || entry.panda_id === undefined) return null
    const rows = eventsOf(panda, Number(entry.task_id), Number(entry.panda_id))
    answer[str(entry.panda_id)] = Object.fromEntries(
      rows.map((row) => [eventRangeID(row), { status: row.state, error: row.errorCode, dialog: row.errorDiag }]),
    )
  }
  return answer
}

/** A row of the event table by its number, for whoever compares it with a recorded one. */
export function stateNumber({ state }: EventRow): number {
  return eventStates[state]
}

function read(text: string): PythonValue {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof PythonError) return null
    throw error
  }
}

function textOr(value: PythonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function numberOr(value: PythonValue | undefined): number | null {
  if (value instanceof PythonFloat) return value.value
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : null
}

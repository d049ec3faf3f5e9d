import { closeSync, readSync } from 'node:fs'
import { createRedactor } from '../../job/redact.ts'
import { jobReportOf } from '../job-report-fields.ts'
import type { Source } from '../json-blocks.ts'
import { type Scanned, scanJson } from '../json-scanner.ts'
import { fileFailure, openRegular } from '../open-regular.ts'
import { optimise } from '../optimise.ts'
import type { ReadReport, ReportOrder } from '../port.ts'
import { redactedFields, redactText } from '../redacted-report.ts'
import { wantedOfReport } from '../report-wanted.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'
import { type RoomLimits, TextRoom, TooLong } from '../text-room.ts'

export interface ReadLimits {
  /** Bytes. */
  readonly largest: number
  /** Of the reduced report. */
  readonly text: RoomLimits
  /** Bytes of a block that is read at once; default 1 MiB, the most. */
  readonly blockLength?: number
}

/** Whatever is not a mistake is less than 16 GiB, and the server is told no more than 128 MiB of it. */
const defaultLimits: ReadLimits = { largest: 2 ** 34, text: { most: 2 ** 27 } }

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<ReportOrder>): ReadReport {
  optimise()
  return readJobReport(order, tickOf(progress))
}

/**
 * Reads a job report as tolerantly as contracts/pilot-experiment.md 2.4 wants it: a byte order mark and bytes that are not
 * UTF-8 do no harm, a bad field is absent, of a broken report the fields before the break are kept. A symbolic link is not
 * followed: the text goes to the server.
 */
export function readJobReport(order: ReportOrder, tick: () => void, limits = defaultLimits): ReadReport {
  const { path, outputs, secrets } = order
  const redactor = createRedactor(secrets)
  const fieldsOf = (members: Record<string, unknown>) => redactedFields(jobReportOf(members, outputs), redactor)
  const unreadable = (reason: string, members = {}): ReadReport => ({
    kind: 'unreadable',
    text: `the job report ${path} is not readable: ${reason}`,
    report: fieldsOf(members),
  })
  const opened = openRegular(path, 'refuse')
  if (opened.kind === 'missing') return { kind: 'missing' }
  if (opened.kind === 'failed') return unreadable(opened.text)
  const { fd, stats } = opened
  try {
    if (stats.size > limits.largest) return unreadable(`it has ${stats.size} bytes, at most ${limits.largest} are read`)
    const { read, text } = scan(order, () => sourceOf(fd, tick), limits)
    if (read.kind === 'broken') {
      text.leaveOut('the report is broken')
      return unreadable(read.text, read.members)
    }
    try {
      redactText(text, redactor)
    } catch (error) {
      text.leaveOut(`it could not be looked through for secrets: ${String(error)}`)
    }
    return { kind: 'report', report: fieldsOf(read.members), text: text.finish(), problem: text.problem }
  } catch (error) {
    return unreadable(fileFailure(path, error).text)
  } finally {
    closeSync(fd)
  }
}

/** Reads it, again from its start when its reduced text becomes too long. */
function scan(
  { outputs, target }: ReportOrder,
  start: () => Source,
  limits: ReadLimits,
): { readonly read: Scanned; readonly text: TextRoom } {
  let tooLong: unknown
  for (const wanted of wantedOfReport(outputs)) {
    const text = new TextRoom(target, limits.text)
    try {
      return { read: scanJson(start(), wanted, text, limits.blockLength), text }
    } catch (error) {
      text.leaveOut(String(error))
      if (!(error instanceof TooLong)) throw error
      tooLong = error
    }
  }
  throw tooLong
}

function sourceOf(fd: number, tick: () => void): Source {
  let position = 0
  return (target) => {
    const length = readSync(fd, target, 0, target.length, position)
    position += length
    tick()
    return length
  }
}

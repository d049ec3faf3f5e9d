import { closeSync, readSync } from 'node:fs'
import { jobReportOf } from '../job-report-fields.ts'
import { parseLenient } from '../lenient-json.ts'
import { fileFailure, openRegular } from '../open-regular.ts'
import type { ReadReport } from '../port.ts'
import { largeReportLimits, reduceReport } from '../reduce-report.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'

/** Bytes; V8 holds texts of at most 536 870 888 characters (contracts/pilot-experiment.md 2.8). */
const largestReport = 512_000_000

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<string>): ReadReport {
  return readJobReport(order, tickOf(progress))
}

/**
 * Reads a job report as tolerantly as contracts/pilot-experiment.md 2.4 wants it: a byte order mark and bytes that are not
 * UTF-8 do no harm, a bad field is absent, of a broken report the fields before the break are kept. A symbolic link is not
 * followed: the text goes to the server.
 */
export function readJobReport(path: string, tick: () => void, largest = largestReport): ReadReport {
  const unreadable = (reason: string, members = {}): ReadReport => ({
    kind: 'unreadable',
    text: `the job report ${path} is not readable: ${reason}`,
    report: jobReportOf(members),
  })
  const opened = openRegular(path, 'refuse')
  if (opened.kind === 'missing') return { kind: 'missing' }
  if (opened.kind === 'failed') return unreadable(opened.text)
  const { fd, stats } = opened
  try {
    if (stats.size > largest) return unreadable(`it has ${stats.size} bytes, at most ${largest} are read`)
    const text = decode(readWhole(fd, Number(stats.size), tick))
    if (text.trimStart() === '') return unreadable('it is empty')
    const parsed = parseLenient(text, largeReportLimits)
    tick()
    if (parsed.kind === 'broken') return unreadable(parsed.text, parsed.members)
    return { kind: 'report', report: jobReportOf(parsed.members), text: reduceReport(parsed.members) }
  } catch (error) {
    return unreadable(fileFailure(path, error).text)
  } finally {
    closeSync(fd)
  }
}

function readWhole(fd: number, size: number, tick: () => void): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size)
  let done = 0
  while (done < size) {
    const length = readSync(fd, bytes, done, Math.min(size - done, 16 << 20), done)
    if (length === 0) break
    done += length
    tick()
  }
  return bytes.subarray(0, done)
}

function decode(bytes: Buffer): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return bytes.toString('utf8', marked ? 3 : 0)
}

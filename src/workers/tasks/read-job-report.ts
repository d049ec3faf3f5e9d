import { closeSync, readSync } from 'node:fs'
import { jobReportOf } from '../job-report-fields.ts'
import type { Source } from '../json-blocks.ts'
import { type Scanned, scanJson } from '../json-scanner.ts'
import { fileFailure, openRegular } from '../open-regular.ts'
import { optimise } from '../optimise.ts'
import type { ReadReport } from '../port.ts'
import { reduceReport } from '../reduce-report.ts'
import { wantedOfReport } from '../report-wanted.ts'
import { isMembers, parseStrict } from '../strict-json.ts'
import { type TaskMessage, tickOf } from '../task-message.ts'
import { takeWanted } from '../wanted.ts'

export interface ReadLimits {
  /** Bytes. */
  readonly largest: number
  /** Bytes of the largest report that is given to JSON.parse. */
  readonly largestForParse: number
  /** Bytes of a block that is read at once; default 1 MiB, the most. */
  readonly blockLength?: number
}

/** The tree that JSON.parse makes takes up to 24 times as much, 100 MB. Whatever is not a mistake is less than 16 GiB. */
const defaultLimits: ReadLimits = { largest: 2 ** 34, largestForParse: 4_000_000 }

/** The entry of the worker thread. */
export function run({ order, progress }: TaskMessage<string>): ReadReport {
  optimise()
  return readJobReport(order, tickOf(progress))
}

/**
 * Reads a job report as tolerantly as contracts/pilot-experiment.md 2.4 wants it: a byte order mark and bytes that are not
 * UTF-8 do no harm, a bad field is absent, of a broken report the fields before the break are kept. There are two ways: a
 * small report that is intact goes through JSON.parse, any other through the scanner; the outcome is the same. A symbolic
 * link is not followed: the text goes to the server.
 */
export function readJobReport(path: string, tick: () => void, limits = defaultLimits): ReadReport {
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
    if (stats.size > limits.largest) return unreadable(`it has ${stats.size} bytes, at most ${limits.largest} are read`)
    const parsed = stats.size <= limits.largestForParse ? parse(fd, Number(stats.size), tick) : undefined
    const read = parsed ?? scanJson(sourceOf(fd, tick), wantedOfReport, limits.blockLength)
    if (read.kind === 'broken') return unreadable(read.text, read.members)
    return { kind: 'report', report: jobReportOf(read.members), text: reduceReport(read.members) }
  } catch (error) {
    return unreadable(fileFailure(path, error).text)
  } finally {
    closeSync(fd)
  }
}

/** undefined when JSON.parse refuses it, or it is no object. */
function parse(fd: number, size: number, tick: () => void): Scanned | undefined {
  const bytes = Buffer.allocUnsafeSlow(size)
  const source = sourceOf(fd, tick)
  let done = 0
  for (let length = -1; length !== 0 && done < size; done += length) length = source(bytes.subarray(done))
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  let tree: unknown
  try {
    tree = parseStrict(bytes.toString('utf8', marked ? 3 : 0, done))
  } catch {
    return undefined
  }
  const members = takeWanted(tree, wantedOfReport, 0, () => {})
  return isMembers(members) ? { kind: 'whole', members } : undefined
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

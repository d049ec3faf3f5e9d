import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { JobReport } from '../../src/job/job-report.ts'
import { isTextFile, type TextFile } from '../../src/job/text-file.ts'
import { jobReportOf } from '../../src/workers/job-report-fields.ts'
import { type ReadLimits, readJobReport } from '../../src/workers/tasks/read-job-report.ts'
import { cutText } from '../../src/workers/wanted.ts'

type Tree = Record<string, unknown>

/** What is read of a report, the reduced report as a string; `outputs`: those that the job has. */
export function readReport(path: string, outputs: readonly string[] = [], limits?: Partial<ReadLimits>) {
  const target = join(mkdtempSync(join(tmpdir(), 'pilot-report-')), 'reduced')
  try {
    const order = { path, outputs, secrets: [], target }
    const read = readJobReport(order, () => {}, { largest: 1e10, text: { most: 1e8 }, ...limits })
    return read.kind === 'report' ? { ...read, text: stringOf(read.text) } : read
  } finally {
    rmSync(dirname(target), { recursive: true })
  }
}

/** A reduced report, wherever it lies. */
export function stringOf(text: string | TextFile): string {
  return isTextFile(text) ? readFileSync(text.textFile, 'latin1') : text
}

/** What must be read of a report that JSON.parse reads: the simple way, by one tree of all of it. */
export function parsedReport(text: string, outputs: readonly string[]): { report: JobReport; reduced: unknown } {
  const whole = JSON.parse(text.replace(/^\ufeff/, ''))
  const { cmdLine } = whole
  const tree = keptOf(whole, 0) as Tree
  const files = isObject(tree.files) ? tree.files : {}
  const { input, ...others } = files
  const counted = each(input, (argument) => ({ subFiles: countOf(argument.subFiles) }))
  const reduced = {
    ...tree,
    ...(typeof cmdLine === 'string' ? { cmdLine: cutText(cmdLine, 1000) } : {}),
    ...(isObject(tree.files) ? { files: others } : {}),
    ...('executor' in tree ? { executor: each(tree.executor, reducedStep) } : {}),
  }
  return { report: jobReportOf({ ...tree, files: { ...files, input: counted } }, outputs), reduced }
}

function reducedStep(step: Tree): Tree {
  const { logfileReport, metaData } = step
  const details = isObject(logfileReport) ? logfileReport.details : undefined
  const { eventLoop, ...others } = isObject(metaData) ? metaData : {}
  const firstOnes = (list: unknown) => (Array.isArray(list) ? list.slice(0, 25) : list)
  return {
    ...step,
    ...(isObject(logfileReport) && 'details' in logfileReport
      ? { logfileReport: { ...logfileReport, details: mapped(details, firstOnes) } }
      : {}),
    ...(isObject(metaData) ? { metaData: others } : {}),
  }
}

/** Texts cut, halves of surrogate pairs replaced, null for what is not finite or too deep. */
function keptOf(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cutText(value, 65_536)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (depth > 64) return null
  return mapped(value, (member) => keptOf(member, depth + 1))
}

function mapped(value: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [cutText(name, 65_536), change(member)]))
}

function each(value: unknown, change: (element: Tree) => unknown): unknown {
  return mapped(value, (element) => (isObject(element) ? change(element) : element))
}

function countOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined
}

function isObject(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

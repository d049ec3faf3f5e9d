import { getHeapStatistics } from 'node:v8'
import type { ReaderLimits } from './json-reader.ts'
import { isMembers, type Members } from './lenient-json.ts'

/** Entries kept of each level of a log (contracts/pilot-experiment.md 2.8). */
const mostDetails = 25

const longestCommandLine = 1000
const longestText = 65_536

/** Nothing a report says lies this deep. */
const deepest = 64

/** Characters of the outcome; the text goes to the main thread and is held there. */
const mostCharacters = 128 << 20

/** What is never taken into memory of a large report: what `reduceReport` leaves out, and the list of inputs. */
export const largeReportLimits: ReaderLimits = {
  skip: new Set(['executor.*.metaData.eventLoop', 'files.input']),
  keepFirst: new Map([['executor.*.logfileReport.details', mostDetails]]),
  longestText,
  deepest,
  mostValues: 6_000_000,
}

/**
 * The report as compact JSON text for `metaData` (contracts/pilot-experiment.md 2.8): without the log details beyond 25 of
 * a level, the records of the event loop and most of the command line; `files.output` and `resource` stay. Strict JSON:
 * what is not finite is absent, half surrogate pairs are replaced, texts beyond 64 Ki characters are cut. A report that is
 * huge all the same also loses `executor` and the inputs, then everything but single values. Changes `report`.
 */
export function reduceReport(report: Members): string {
  const { cmdLine, executor, files, ...rest } = report
  const output = isMembers(files) ? { files: { output: files.output } } : {}
  const reduced = {
    ...rest,
    ...(files === undefined ? {} : { files }),
    ...(typeof cmdLine === 'string' ? { cmdLine: cut(cmdLine, longestCommandLine) } : {}),
    ...(Array.isArray(executor) ? { executor: executor.map(reduceStep) } : {}),
  }
  makeStrict(reduced, 0)
  const single = Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value !== 'object'))
  const fitting = [reduced, { ...rest, ...output }].find((candidate) => fits(lengthOf(candidate)))
  return JSON.stringify(fitting ?? single)
}

function reduceStep(step: unknown): unknown {
  if (!isMembers(step)) return step
  const { logfileReport, metaData } = step
  return {
    ...step,
    ...(isMembers(logfileReport) && isMembers(logfileReport.details)
      ? { logfileReport: { ...logfileReport, details: reduceDetails(logfileReport.details) } }
      : {}),
    ...(isMembers(metaData) ? { metaData: { ...metaData, eventLoop: undefined } } : {}),
  }
}

function reduceDetails(details: Members): Members {
  return Object.fromEntries(
    Object.entries(details).map(([level, list]) => [level, Array.isArray(list) ? list.slice(0, mostDetails) : list]),
  )
}

/** JSON.rawJSON writes an integer with all its digits; the type definitions do not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** In place: a second tree would double the memory. */
function makeStrict(tree: Record<string, unknown> | unknown[], depth: number): void {
  if (Array.isArray(tree)) {
    for (const [index, value] of tree.entries()) tree[index] = strict(value, depth)
    return
  }
  for (const [name, value] of Object.entries(tree)) {
    const known = name.toWellFormed()
    if (known !== name) delete tree[name]
    tree[known] = strict(value, depth)
  }
}

function strict(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value, longestText)
  if (typeof value === 'bigint') return rawJSON(String(value))
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return undefined
  makeStrict(value as Record<string, unknown> | unknown[], depth + 1)
  return value
}

/** Marked as the producer marks what it cut. */
function cut(text: string, length: number): string {
  const mark = ' (truncated)'
  return (text.length > length + mark.length ? text.slice(0, length) + mark : text).toWellFormed()
}

/** About how many characters the JSON of `value` has, or a few more. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 3
  if (typeof value !== 'object' || value === null) return String(value).length + 1
  let length = 2
  for (const name in value) length += name.length + 4 + lengthOf((value as Members)[name])
  return length
}

/** JSON.stringify, like JSON.parse, ends the process where it exhausts the heap: it needs up to four bytes a character. */
function fits(characters: number): boolean {
  const { heap_size_limit, used_heap_size } = getHeapStatistics()
  return characters <= mostCharacters && 4 * characters < heap_size_limit - used_heap_size
}

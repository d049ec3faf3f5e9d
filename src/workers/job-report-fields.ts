import type { JobReport, ReportedOutput } from '../job/job-report.ts'

/** A JSON object. */
type Members = Readonly<Record<string, unknown>>

/** Texts are cut here: the producer writes 256 characters (contracts/pilot-experiment.md 2.2), others anything. */
const longestText = 65_536

/**
 * The fields of contracts/pilot-experiment.md 2.3, each read on its own: one that is absent, of a wrong type or not finite
 * is undefined and spoils no other. Whole numbers may be written as text. `report` holds what `wantedOfReport` tells, so
 * instead of the list of an input argument's files their number. `names`: the outputs that are told one by one.
 */
export function jobReportOf(report: Members, names: readonly string[]): JobReport {
  const { transform, executor } = membersOf(report.resource)
  const { input, output } = membersOf(report.files)
  const { processedEvents, cpuTimeTotal } = membersOf(transform)
  const files = filesOf(output)
  const asked = new Set(names)
  const steps = Object.values(membersOf(executor)).map(membersOf)
  return {
    exitCode: wholeNumber(report.exitCode),
    exitAcronym: textOf(report.exitAcronym),
    exitMsg: textOf(report.exitMsg),
    exeErrorCode: wholeNumber(report.exeErrorCode),
    exeErrorDiag: textOf(report.exeErrorDiag),
    processedEvents: count(processedEvents),
    resimEvents: steps.map((step) => count(step.resimevents)).find((events) => events !== undefined),
    inputFiles: Array.isArray(input) ? sum(input.map((argument) => membersOf(argument).subFiles)) : undefined,
    outputs: files?.flatMap(reportedOutput).filter(({ name }) => asked.has(name)),
    // Beyond 2^53 no sum would be right, and no file has so many.
    outputEvents: sum(files?.map(({ nentries }) => count(nentries)).filter(Number.isSafeInteger) ?? []),
    cpuTime:
      finite(cpuTimeTotal) ??
      sum(steps.map((step) => membersOf(step.total).cpuTime)) ??
      sum(steps.map((step) => step.cpuTime)),
    dbTime: sum(steps.map((step) => step.dbTime)),
    dbData: sum(steps.map((step) => step.dbData)),
  }
}

/** The files of all output arguments. */
function filesOf(output: unknown): readonly Members[] | undefined {
  if (!Array.isArray(output)) return undefined
  return output.flatMap((argument) => {
    const { subFiles } = membersOf(argument)
    return Array.isArray(subFiles) ? subFiles.map(membersOf) : []
  })
}

function reportedOutput({ name, file_guid: guid, file_size: size, nentries }: Members): readonly ReportedOutput[] {
  const known = textOf(name)
  if (known === undefined || known === '') return []
  return [{ name: known, guid: textOf(guid) || undefined, size: count(size), nEntries: count(nentries) }]
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, longestText).toWellFormed() : undefined
}

/** Beyond 2^53 the nearest number. */
function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value)
  const number = finite(value)
  return Number.isInteger(number) ? number : undefined
}

function count(value: unknown): number | undefined {
  const number = wholeNumber(value)
  return number !== undefined && number >= 0 ? number : undefined
}

/** Of what is a number; texts are not added (contracts/pilot-experiment.md 2.3). */
function sum(values: readonly unknown[]): number | undefined {
  const numbers = values.map(finite).filter((value) => value !== undefined)
  return numbers.length === 0 ? undefined : numbers.reduce((total, number) => total + number, 0)
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

import type { JobReport, ReportedOutput } from '../job/job-report.ts'
import { isMembers, type Members } from './lenient-json.ts'

/** Texts are cut here: the producer writes 256 characters (contracts/pilot-experiment.md 2.2), others anything. */
const longestText = 65_536

/**
 * The fields of contracts/pilot-experiment.md 2.3, each read on its own: one that is absent, of a wrong type or not finite
 * is undefined and spoils no other. Whole numbers may be written as text.
 */
export function jobReportOf(report: Members): JobReport {
  const steps = Object.values(membersOf(membersOf(report.resource).executor)).map(membersOf)
  return {
    exitCode: wholeNumber(report.exitCode),
    exitAcronym: textOf(report.exitAcronym),
    exitMsg: textOf(report.exitMsg),
    exeErrorCode: wholeNumber(report.exeErrorCode),
    exeErrorDiag: textOf(report.exeErrorDiag),
    processedEvents: count(membersOf(membersOf(report.resource).transform).processedEvents),
    outputs: outputsOf(membersOf(report.files).output),
    dbTime: sum(steps.map((step) => step.dbTime)),
    dbData: sum(steps.map((step) => step.dbData)),
  }
}

function outputsOf(output: unknown): readonly ReportedOutput[] | undefined {
  if (!Array.isArray(output)) return undefined
  return output.flatMap((argument) => {
    const { subFiles } = membersOf(argument)
    return Array.isArray(subFiles) ? subFiles.flatMap(reportedOutput) : []
  })
}

function reportedOutput(file: unknown): readonly ReportedOutput[] {
  const { name, file_guid: guid, file_size: size, nentries } = membersOf(file)
  const known = textOf(name)
  if (known === undefined || known === '') return []
  return [{ name: known, guid: textOf(guid) || undefined, size: count(size), nEntries: count(nentries) }]
}

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, longestText).toWellFormed() : undefined
}

/** Beyond 2^53 the nearest number. */
function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value)
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function count(value: unknown): number | undefined {
  const number = wholeNumber(value)
  return number !== undefined && number >= 0 ? number : undefined
}

/** Of what is a number; texts are not added (contracts/pilot-experiment.md 2.3). */
function sum(values: readonly unknown[]): number | undefined {
  const numbers = values
    .map((value) => (typeof value === 'bigint' ? Number(value) : value))
    .filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
  return numbers.length === 0 ? undefined : numbers.reduce((total, number) => total + number, 0)
}

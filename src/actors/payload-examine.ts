import type { Assignment } from '../job/assignment.ts'
import type { FoundLines, LinePatterns } from '../job/line-pattern.ts'
import type { PayloadResult } from '../job/payload.ts'
import type { ProcessEnd } from '../job/process.ts'
import { payloadFiles } from './payload-files.ts'
import type { JobPorts } from './ports.ts'
import { said, saidFinding } from './said.ts'

/** Bytes of stdout and of stderr that are searched, from their ends: a failure is to be reported soon, however much was written. */
const searchedBytes = 2 ** 30
const searchedInHurry = 2 ** 22

export interface ExamineInput {
  readonly assignment: Assignment
  readonly end: ProcessEnd | undefined
  readonly startedAt: number | undefined
  /** The pilot itself is being ended: no time for large files. */
  readonly hurry: boolean
}

/**
 * Reads what the payload left: job report, output, exit code; the experiment says what to look for and what it means. Secrets
 * that the payload showed are taken out while it is read, before a text is cut: everything later is made of these texts.
 */
export async function examine(ports: JobPorts, input: ExamineInput, signal: AbortSignal): Promise<PayloadResult> {
  const { experiment, clock, log } = ports
  const { assignment, startedAt } = input
  const { definition } = assignment
  const endedAt = clock.now()
  const end: ProcessEnd = input.end ?? { kind: 'lost', text: 'nobody saw it end' }
  const { report, metaData } = await readReport(ports, assignment, signal)
  const wanted = experiment.wantedLines(end)
  // One after the other: the thread that read the report is still there, a second one would have to be started.
  const stdout = await searchOutput(ports, input, payloadFiles.stdout, wanted.stdout, signal)
  const stderr = await searchOutput(ports, input, payloadFiles.stderr, wanted.stderr, signal)
  const found = experiment.diagnose(definition, { end, report, stdout, stderr })
  const findings = found.map((finding) => ({ ...finding, at: endedAt }))
  log.info(`${said(assignment)}: payload ${saidEnd(end)}`)
  for (const finding of findings) log.warning(`${said(assignment)}: ${saidFinding(finding)}`)
  return { end, report, metaData, outputs: experiment.outputs(definition, report), findings, startedAt, endedAt }
}

async function readReport(
  { workers, log }: JobPorts,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<Pick<PayloadResult, 'report' | 'metaData'>> {
  const path = `${assignment.directory}/${payloadFiles.report}`
  const target = `${assignment.directory}/${payloadFiles.reducedReport}`
  const outputs = assignment.definition.outputs.map(({ lfn }) => lfn)
  const read = await workers.readJobReport({ path, outputs, secrets: log.secrets(), target }, signal)
  switch (read.kind) {
    case 'report':
      if (read.problem !== undefined) {
        log.warning(`${said(assignment)}: the server gets nothing of ${payloadFiles.report}: ${read.problem}`)
      }
      return { report: read.report, metaData: read.text }
    case 'missing':
      log.info(`${said(assignment)}: no ${payloadFiles.report}`)
      return { report: undefined, metaData: '' }
    case 'unreadable':
      log.warning(`${said(assignment)}: ${payloadFiles.report} is unreadable: ${read.text}`)
      return { report: read.report, metaData: '' }
  }
}

/** Without an answer the diagnosis does without: how the payload ended is told anyway. */
async function searchOutput(
  { workers, log }: JobPorts,
  { assignment, hurry }: ExamineInput,
  name: string,
  patterns: LinePatterns,
  signal: AbortSignal,
): Promise<FoundLines> {
  if (Object.keys(patterns).length === 0) return {}
  const mostBytes = hurry ? searchedInHurry : searchedBytes
  const path = `${assignment.directory}/${name}`
  const searched = await workers.search({ path, patterns, secrets: log.secrets(), mostBytes }, signal)
  switch (searched.kind) {
    case 'searched':
      if (searched.skipped > 0) {
        log.info(`${said(assignment)}: the first ${searched.skipped} bytes of ${name} were not searched for errors`)
      }
      return searched.lines
    case 'missing':
      return {}
    case 'unreadable':
      log.warning(`${said(assignment)}: ${name} was not searched for errors: ${searched.text}`)
      return {}
  }
}

function saidEnd(end: ProcessEnd): string {
  switch (end.kind) {
    case 'exited':
      return `ended with exit code ${end.exitCode}${end.cpuSeconds === undefined ? '' : `, ${end.cpuSeconds} s of CPU`}`
    case 'signalled':
      return `was ended by ${end.signal}`
    case 'lost':
      return `is lost: ${end.text}`
  }
}

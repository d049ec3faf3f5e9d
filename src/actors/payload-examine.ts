import type { Assignment } from '../job/assignment.ts'
import type { JobReport } from '../job/job-report.ts'
import type { PayloadResult } from '../job/payload.ts'
import type { ProcessEnd } from '../job/process.ts'
import { payloadFiles } from './payload-files.ts'
import type { JobPorts } from './ports.ts'
import { said, saidFinding } from './said.ts'

/** Bytes of stdout and stderr that a diagnosis looks at. */
const traceBytes = 64 * 1024

export interface ExamineInput {
  readonly assignment: Assignment
  readonly end: ProcessEnd | undefined
  readonly startedAt: number | undefined
}

/** Reads what the payload left: job report, texts, exit code; the experiment says what it means. */
export async function examine(ports: JobPorts, input: ExamineInput, signal: AbortSignal): Promise<PayloadResult> {
  const { experiment, clock, log } = ports
  const { assignment, startedAt } = input
  const { definition } = assignment
  const endedAt = clock.now()
  const end: ProcessEnd = input.end ?? { kind: 'lost', text: 'nobody saw it end' }
  const { report, metaData } = await readReport(ports, assignment, signal)
  const [stdoutEnd, stderrEnd] = await Promise.all([
    ports.files.readEnd(`${assignment.directory}/${payloadFiles.stdout}`, traceBytes).catch(() => ''),
    ports.files.readEnd(`${assignment.directory}/${payloadFiles.stderr}`, traceBytes).catch(() => ''),
  ])
  const found = experiment.diagnose(definition, { end, report, stderrEnd, stdoutEnd })
  const findings = found.map((finding) => ({ ...finding, at: endedAt }))
  log.info(`${said(assignment)}: payload ${saidEnd(end)}`)
  for (const finding of findings) log.warning(`${said(assignment)}: ${saidFinding(finding)}`)
  return { end, report, metaData, outputs: experiment.outputs(definition, report), findings, startedAt, endedAt }
}

async function readReport(
  { workers, log }: JobPorts,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<{ report: JobReport | undefined; metaData: string }> {
  const read = await workers.readJobReport(`${assignment.directory}/${payloadFiles.report}`, signal)
  switch (read.kind) {
    case 'report':
      return { report: read.report, metaData: read.text }
    case 'missing':
      log.info(`${said(assignment)}: no ${payloadFiles.report}`)
      return { report: undefined, metaData: '' }
    case 'unreadable':
      log.warning(`${said(assignment)}: ${payloadFiles.report} is unreadable: ${read.text}`)
      return { report: read.report, metaData: '' }
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

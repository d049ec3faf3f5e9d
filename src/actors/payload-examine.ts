import type { Assignment } from '../job/assignment.ts'
import type { PayloadResult } from '../job/payload.ts'
import type { ProcessEnd } from '../job/process.ts'
import { createRedactor } from '../job/redact.ts'
import { type ReportTexts, redactReport } from '../job/report-texts.ts'
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

/**
 * Reads what the payload left: job report, texts, exit code; the experiment says what it means. Secrets that the payload
 * showed are taken out here, before a text is cut: everything later is made of these texts.
 */
export async function examine(ports: JobPorts, input: ExamineInput, signal: AbortSignal): Promise<PayloadResult> {
  const { experiment, clock, log } = ports
  const { assignment, startedAt } = input
  const { definition } = assignment
  const endedAt = clock.now()
  const end: ProcessEnd = input.end ?? { kind: 'lost', text: 'nobody saw it end' }
  const redactor = createRedactor(log.secrets())
  const endOf = async (name: string): Promise<string> =>
    redactor.redact(await ports.files.readEnd(`${assignment.directory}/${name}`, traceBytes).catch(() => ''))
  const { report, metaData } = redactReport(await readReport(ports, assignment, signal), redactor)
  const [stdoutEnd, stderrEnd] = await Promise.all([endOf(payloadFiles.stdout), endOf(payloadFiles.stderr)])
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
): Promise<ReportTexts> {
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

import type { Assignment } from '../job/assignment.ts'
import { parseDefinition } from '../job/definition.ts'
import type { Finding } from '../job/errors.ts'
import { jobKey } from '../job/ids.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { ResumePoint } from '../job/resume.ts'
import type { TakenJob } from '../machines/pilot-context.ts'
import type { Ports } from './ports.ts'
import type { Session } from './session.ts'

/** A definition as it came, and when: ms since the epoch, ms that the request took. */
export interface Received {
  readonly raw: unknown
  readonly startTime: number
  readonly acquireTime: number
}

/** One definition: a job, a job that can only be reported failed, or nothing that can be reported at all. */
export function readJob(
  { settings, clock, log }: Ports,
  session: Session,
  queue: QueueData,
  { raw, startTime, acquireTime }: Received,
  resume: ResumePoint = { from: 'start' },
): readonly TakenJob[] {
  const parsed = parseDefinition(raw)
  const definition = parsed.job
  const problems = parsed.kind === 'refused' ? parsed.problems : []
  if (definition === undefined) {
    log.error(`the server sent a job that cannot even be reported: ${problems.map(({ text }) => text).join('; ')}`)
    return []
  }
  for (const secret of definition.secrets) log.hide(secret)
  const key = jobKey(definition)
  if (!session.remember(key, definition.taskId)) {
    log.warning(`the server sent job ${key} a second time: it runs already`)
    return []
  }
  const assignment: Assignment = {
    key,
    definition,
    raw,
    queue,
    endpoints: session.endpoints(),
    directory: `${settings.launchDirectory}/PanDA_Pilot-${definition.pandaId}`,
    launchDirectory: settings.launchDirectory,
    startTime,
    acquireTime,
  }
  for (const warning of parsed.kind === 'job' ? parsed.warnings : [])
    log.warning(`job ${definition.pandaId}: ${warning}`)
  const findings = problems.map(
    ({ name, text }): Finding => ({ name, detail: text, phase: 'preparing', at: clock.now(), origin: 'definition' }),
  )
  return [{ assignment, findings, resume }]
}

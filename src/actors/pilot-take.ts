import type { Assignment } from '../job/assignment.ts'
import { parseDefinition } from '../job/definition.ts'
import type { Finding } from '../job/errors.ts'
import { jobKey } from '../job/ids.ts'
import { labelFor } from '../job/label.ts'
import { limits, pilotLifetime } from '../job/limits.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { Take, TakenJob } from '../machines/pilot-context.ts'
import type { AcquireRequest } from '../server/port.ts'
import type { Ports } from './ports.ts'
import type { Session } from './session.ts'

/** s; the server has no job now (contracts/pilot-core.md 2.4). */
const shortestNap = 60
const longestNap = 180

export interface TakeInput {
  readonly count: number
}

/** Looks at the node, asks the server, reads what it hands over. */
export async function take(ports: Ports, session: Session, { count }: TakeInput, signal: AbortSignal): Promise<Take> {
  const { settings, disk, clock, log, entropy } = ports
  const queue = session.queue()
  if (queue === undefined) return stop(ports, 'QUEUEDATA', 'the queue is not known')
  const free = await disk.freeSpace(settings.launchDirectory)
  if (free !== undefined && free <= limits.freeSpaceToStart) {
    return stop(
      ports,
      'NOLOCALSPACE',
      `${free} bytes free in ${settings.launchDirectory}, ${limits.freeSpaceToStart} needed`,
    )
  }
  const asked = clock.now()
  const answer = await session.server.acquire(requestFor(ports, queue, count, free, session.taskId()), signal)
  const at = clock.now()
  const pause = (shortestNap + (longestNap - shortestNap) * entropy.random()) * 1000
  switch (answer.kind) {
    case 'none':
      log.info(`no job: ${answer.text}`)
      return { kind: 'none', pause, end: { name: undefined, text: 'no more jobs' }, at }
    case 'unknown':
      log.warning(
        `no answer to the request for a job: ${answer.text}; a job handed over unheard will be failed by the server`,
      )
      return { kind: 'none', pause, end: { name: 'COMMUNICATIONFAILURE', text: answer.text }, at }
    case 'refused':
      return stop(ports, 'COMMUNICATIONFAILURE', `the server refuses to give jobs: ${answer.text}`)
    case 'jobs': {
      const jobs = answer.definitions.flatMap((raw) => read(ports, session, queue, raw, at, at - asked))
      if (jobs.length > 0) return { kind: 'jobs', jobs, at }
      return { kind: 'none', pause, end: { name: undefined, text: 'the server sent no readable job' }, at }
    }
  }
}

function requestFor(
  { settings, clock }: Ports,
  queue: QueueData,
  count: number,
  free: number | undefined,
  taskId: number | undefined,
): AcquireRequest {
  const freeMB = Math.floor((free ?? 0) / (1024 * 1024))
  const age = (clock.now() - settings.startedAt) / 1000
  return {
    queue: queue.resource,
    label: labelFor(settings.label, settings.versionTag, queue.status),
    count,
    memory: settings.memory,
    diskSpace: queue.maxWorkDir > 0 ? Math.min(freeMB, queue.maxWorkDir) : freeMB,
    remainingTime: Math.max(0, Math.floor(pilotLifetime(queue, settings.lifetime) - age)),
    resourceType: settings.resourceType,
    taskId: settings.sameTask ? taskId : undefined,
    jobType: settings.jobType,
    countryGroup: settings.countryGroup,
    workingGroup: settings.workingGroup,
    allowOtherCountry: settings.allowOtherCountry,
  }
}

/** One definition: a job, a job that can only be reported failed, or nothing that can be reported at all. */
function read(
  { settings, clock, log }: Ports,
  session: Session,
  queue: QueueData,
  raw: unknown,
  startTime: number,
  acquireTime: number,
): readonly TakenJob[] {
  const parsed = parseDefinition(raw)
  const definition = parsed.job
  const problems = parsed.kind === 'refused' ? parsed.problems : []
  if (definition === undefined) {
    log.error(`the server sent a job that cannot even be reported: ${problems.map(({ text }) => text).join('; ')}`)
    return []
  }
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
  return [{ assignment, findings }]
}

function stop({ log, clock }: Ports, name: 'QUEUEDATA' | 'NOLOCALSPACE' | 'COMMUNICATIONFAILURE', text: string): Take {
  log.error(text)
  return { kind: 'stop', end: { name, text }, at: clock.now() }
}

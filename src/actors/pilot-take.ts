import type { ErrorName } from '../job/error-table.ts'
import { labelFor } from '../job/label.ts'
import { limits, pilotLifetime } from '../job/limits.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { Take } from '../machines/pilot-context.ts'
import type { AcquireRequest } from '../server/port.ts'
import { forgetRequest, noteRequest } from './job-request.ts'
import { readJob } from './pilot-read-job.ts'
import type { Ports } from './ports.ts'
import type { Session } from './session.ts'

/** s; the server has no job now (contracts/pilot-core.md 2.4). */
const shortestNap = 60
const longestNap = 180

export interface TakeInput {
  readonly count: number
}

/** Looks at the credentials and the node, asks the server, reads what it hands over. */
export async function take(ports: Ports, session: Session, { count }: TakeInput, signal: AbortSignal): Promise<Take> {
  const { settings, disk, clock, log, entropy } = ports
  const queue = session.queue()
  if (queue === undefined) return stop(ports, 'QUEUEDATA', 'the queue is not known')
  const credential = await ports.credentials.beforeJob()
  if (credential.kind !== 'good') return stop(ports, credential.name, credential.text)
  const free = await disk.freeSpace(settings.launchDirectory)
  if (free !== undefined && free <= limits.freeSpaceToStart) {
    return stop(
      ports,
      'NOLOCALSPACE',
      `${free} bytes free in ${settings.launchDirectory}, ${limits.freeSpaceToStart} needed`,
    )
  }
  const asked = clock.now()
  await noteRequest(ports, asked)
  const answer = await session.server.acquire(requestFor(ports, queue, count, free, session.taskId()), signal)
  const at = clock.now()
  if (answer.kind !== 'jobs') await forgetRequest(ports)
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
      const jobs = answer.definitions.flatMap((raw) =>
        readJob(ports, session, queue, { raw, startTime: at, acquireTime: at - asked }),
      )
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

function stop({ log, clock }: Ports, name: ErrorName, text: string): Take {
  log.error(text)
  return { kind: 'stop', end: { name, text }, at: clock.now() }
}

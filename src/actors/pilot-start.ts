import type { ErrorName } from '../job/error-table.ts'
import { foldHistory } from '../job/job-state.ts'
import { pilotLifetime } from '../job/limits.ts'
import type { PilotEnd } from '../job/next-job.ts'
import type { QueueData } from '../job/queue-data.ts'
import { resumePoint } from '../job/resume.ts'
import type { Start, TakenJob } from '../machines/pilot-context.ts'
import { nameUnansweredRequest } from './job-request.ts'
import { readJob } from './pilot-read-job.ts'
import type { Ports } from './ports.ts'
import type { Session } from './session.ts'
import { tellWorkerStatus } from './worker-status.ts'

/**
 * Queue and endpoints read, the server told that a worker is here. A queue that gives no jobs ends the pilot, unless an
 * earlier process left jobs to be seen through.
 */
export async function start(ports: Ports, session: Session, signal: AbortSignal): Promise<Start> {
  const { information, settings, clock, log, live } = ports
  const [queue, endpoints] = await Promise.all([
    information.queue(settings.queue, signal),
    information.endpoints(signal),
  ])
  if (queue.kind === 'failed') return failed(ports, 'QUEUEDATA', queue.text)
  const { name, state, status, timeFloor, storagesByActivity } = queue.value
  log.info(`queue ${name} from ${queue.source}: state ${state}, status ${status}`)
  const refusal = refusalOf(queue.value)
  if (refusal !== undefined) {
    log.error(refusal.text)
    // A payload of an earlier pilot process may be alive, and its job has no outcome yet.
    if (!hasUnfinishedJobs(ports)) return { kind: 'failed', end: refusal }
  }
  if (endpoints.kind === 'failed' && Object.keys(storagesByActivity).length > 0) {
    log.warning(`storage endpoints are not known, transfers that need one will fail: ${endpoints.text}`)
  }
  session.open(queue.value, endpoints.kind === 'found' ? endpoints.value : new Map())
  live.tell({ type: 'pilot.started', at: clock.now(), queue: name, node: settings.node, version: settings.version })
  void tellWorkerStatus(session.server, 'started', log, signal)
  await nameUnansweredRequest(ports)
  const lifetime = pilotLifetime(queue.value, settings.lifetime) * 1000
  return {
    kind: 'ready',
    timeFloor,
    lifetime: Math.max(0, lifetime - (clock.now() - settings.startedAt)),
    closed: closedJobs(ports),
    unfinished: unfinishedJobs(ports, session, queue.value),
    refusal,
  }
}

/** Why a queue gives no jobs. */
function refusalOf({ name, state, status }: QueueData): PilotEnd | undefined {
  if (state !== 'ACTIVE') return { name: 'PANDAQUEUENOTACTIVE', text: `queue ${name} is in state ${state}` }
  return status === 'offline' ? { name: 'PANDAQUEUENOTONLINE', text: `queue ${name} is offline` } : undefined
}

function hasUnfinishedJobs({ database }: Ports): boolean {
  return database.jobs().some((key) => resumePoint(database.history(key)).from !== 'end')
}

/** Jobs of this life only: the directory may hold older ones. */
function closedJobs({ database, settings }: Ports): number {
  return database.jobs().filter((key) => {
    const history = database.history(key)
    const { definition } = foldHistory(history)
    return (definition?.startTime ?? 0) >= settings.startedAt && resumePoint(history).from === 'end'
  }).length
}

/** Jobs that a pilot process which died in this directory left: each goes on where its records say. */
function unfinishedJobs(ports: Ports, session: Session, queue: QueueData): readonly TakenJob[] {
  const { database, log } = ports
  return database.jobs().flatMap((key) => {
    const history = database.history(key)
    const resume = resumePoint(history)
    const { definition } = foldHistory(history)
    if (resume.from === 'end' || definition === undefined) return []
    log.warning(`job ${key} was left unfinished by an earlier pilot process: it goes on from its ${resume.from}`)
    const { definition: raw, startTime } = definition
    return readJob(ports, session, queue, { raw, startTime, acquireTime: 0 }, resume)
  })
}

function failed({ log }: Ports, name: ErrorName, text: string): Start {
  log.error(text)
  return { kind: 'failed', end: { name, text } }
}

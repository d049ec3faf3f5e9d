import { compactName } from './caller.ts'
import { record } from './history.ts'
import { columnTime, type Job, numberOf, textOf } from './job.ts'
import { type Panda, type Queue, setState, states } from './panda.ts'
import { workerTookJob } from './workers.ts'

/** What a pilot asks for; both dialects fill it (contracts/panda-server.md 4). */
export interface AcquireRequest {
  readonly queue: string
  readonly label: string | null
  /** MB; 0: no cut. */
  readonly memory: number
  /** MB; 0: no cut. */
  readonly disk: number
  /** Seconds; 0: no cut. */
  readonly remainingTime: number
  readonly node: string | null
  readonly computingElement: string | null
  /** Only jobs of this user (a DN, compared by compact name). */
  readonly userDn: string | null
  readonly taskID: number | null
  readonly jobType: string | null
  readonly background: boolean
  readonly resourceType: string | null
  readonly harvesterID: string | null
  readonly workerID: string | null
  readonly schedulerID: string | null
  readonly count: number
  /** Seconds. The real server picks jobs until timeout minus 10 s have passed, so 10 and less never gives one. */
  readonly timeout: number
}

const nSentWindow = 60_000

/**
 * Hands out up to `count` jobs, best priority first, then oldest PandaID. They go from `activated` to `sent`: asking
 * again gives other jobs. `nSent` counts the sent managed and test jobs of the queue in the last minute, these
 * included.
 */
export function acquireJobs(panda: Panda, now: number, request: AcquireRequest): { jobs: Job[]; nSent: number } {
  if (request.timeout <= 10) return { jobs: [], nSent: 0 }
  const queue = panda.queues.get(request.queue) ?? { status: 'online', grandlyUnified: false }
  const label = queue.status === 'test' && isUsual(request.label) ? 'test' : request.label
  const wanted: Job[] = []
  for (const id of states(panda, 'activated')) {
    const job = panda.jobs.get(id)
    if (job !== undefined && fits(job, request) && servesLabel(job, label, queue, request)) wanted.push(job)
  }
  const jobs = wanted.sort(byPriority).slice(0, Math.max(0, request.count))
  for (const job of jobs) send(panda, now, job, request)
  return { jobs, nSent: countSent(panda, now, request.queue, label) }
}

/** Whether a job's prodSourceLabel belongs to what the pilot asked for: the label table of contracts/panda-server.md 4. */
function servesLabel(job: Job, label: string | null, queue: Queue, request: AcquireRequest): boolean {
  const own = textOf(job, 'prodSourceLabel') ?? ''
  switch (label) {
    case 'user':
      return ['user', 'panda', 'install'].includes(own)
    case null:
    case '':
    case 'managed':
      return ['managed', 'test', 'prod_test', 'install'].includes(own)
    case 'unified':
      return ['managed', 'test', 'prod_test', 'install', 'user', 'panda'].includes(own)
    case 'test': {
      if (request.computingElement === null) return own === label
      if (textOf(job, 'processingType') === 'gangarobot') return true
      if (queue.grandlyUnified && request.jobType === 'user') return false
      return ['prod_test', 'install', 'test'].includes(own)
    }
    default:
      return own === label
  }
}

function fits(job: Job, request: AcquireRequest): boolean {
  if (job.queue !== null && job.queue !== request.queue) return false
  if (request.memory > 0 && (numberOf(job, 'minRamCount') ?? 0) > request.memory) return false
  if (request.disk > 0 && (numberOf(job, 'maxDiskCount') ?? 0) > request.disk) return false
  if (request.remainingTime > 0 && (numberOf(job, 'maxWalltime') ?? 0) > request.remainingTime) return false
  if (request.resourceType !== null && textOf(job, 'resource_type') !== request.resourceType) return false
  if (request.taskID !== null && numberOf(job, 'taskID') !== request.taskID) return false
  if (request.background && !job.background) return false
  if (request.userDn === null) return true
  return compactName(textOf(job, 'prodUserID') ?? '') === compactName(request.userDn)
}

function send(panda: Panda, now: number, job: Job, request: AcquireRequest): void {
  setState(panda, now, job, 'sent')
  job.startTime = columnTime(now)
  job.queue = request.queue
  if (request.node !== null) job.fields.modificationHost = request.node.slice(0, 128)
  if (request.computingElement !== null) job.fields.computingElement = request.computingElement
  if (request.schedulerID !== null) job.fields.schedulerID = request.schedulerID
  if (request.harvesterID !== null && request.workerID !== null) {
    workerTookJob(panda, now, { harvesterID: request.harvesterID, workerID: request.workerID }, job.PandaID)
  }
  record(panda, {
    at: now,
    call: 'acquire',
    PandaID: job.PandaID,
    asked: request.label,
    before: 'activated',
    after: 'sent',
    answer: request.node ?? '',
  })
}

function countSent(panda: Panda, now: number, queue: string, label: string | null): number {
  if (label !== null && label !== '' && label !== 'managed') return 0
  let count = 0
  for (const id of states(panda, 'sent')) {
    const job = panda.jobs.get(id)
    if (job?.queue !== queue || now - job.changedAt > nSentWindow) continue
    if (['managed', 'test'].includes(textOf(job, 'prodSourceLabel') ?? '')) count += 1
  }
  return count
}

function isUsual(label: string | null): boolean {
  return label === 'user' || label === 'managed' || label === 'unified'
}

function byPriority(left: Job, right: Job): number {
  const priority = (numberOf(right, 'currentPriority') ?? 0) - (numberOf(left, 'currentPriority') ?? 0)
  return priority !== 0 ? priority : left.PandaID - right.PandaID
}

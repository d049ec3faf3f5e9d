import { parseCommands } from '../job/commands.ts'
import { type AttemptNr, type JobKey, jobKey, type PandaId } from '../job/ids.ts'
import type { JobUpdate } from '../job/update.ts'
import type { AcquireAnswer, AcquireRequest, JobServer, UpdateAnswer } from '../server/port.ts'
import { acquireJobs } from '../standin/model/acquire.ts'
import type { Panda } from '../standin/model/panda.ts'
import { updateJob } from '../standin/model/update.ts'
import type { Happening } from './happening.ts'
import type { Life } from './life.ts'
import { type WorkerNode, worldStart } from './node.ts'
import type { CallFault } from './scenario.ts'
import { wireUpdate } from './wire-update.ts'

/** ms after which the pilot stops waiting for an answer (contracts/panda-server.md 1.8). */
export const callTime = 120_000
/** ms until a connection is refused. */
const refusedAfter = 20
/** ms by which a reordered request is late: more than any call waits. */
const lateBy = 5 * 60_000
/** s that the server looks for jobs. */
const acquireTimeout = 60

type Failure = { readonly kind: 'unknown' | 'refused'; readonly text: string }

/** The way between one pilot and the server, and what is wrong with it. */
export interface Network {
  /** ms of a request's way to the server, the time in which it waits there included, or of the answer's way back. */
  latency(way: 'there' | 'back'): number
  /** Counts a call and says how it goes wrong. */
  nextFault(): CallFault | undefined
  /** Whether the server's node that this call meets answers, and whether anything comes through. */
  reach(): 'open' | 'refused' | 'silent'
}

/** Everything a pilot's connection needs besides the pilot. */
export interface ServerWorld {
  readonly panda: Panda
  readonly network: Network
}

/** The modelled server as one pilot process meets it: the server's rules, and a network that may lose anything. */
export function simulatedServer(node: WorkerNode, life: Life, { panda, network }: ServerWorld): JobServer {
  const { clock, pilot, witness } = node
  const serverTime = (): number => worldStart + clock.now
  const tell = (happening: Happening): void => witness(happening, clock.now)
  let closed = false

  /** One call: the request travels, the server decides, the answer travels. `again` may be performed twice. */
  function call<Answer>(
    signal: AbortSignal | undefined,
    again: boolean,
    perform: () => Answer,
  ): Promise<Answer | Failure> {
    if (closed) return Promise.resolve({ kind: 'unknown', text: 'the channel is closed' })
    if (signal?.aborted) return Promise.resolve({ kind: 'unknown', text: 'the call was given up' })
    return new Promise((resolve) => {
      if (!life.begins()) return
      const fault = network.nextFault()
      const reach = network.reach()
      let over = false
      const hear = (answer: Answer | Failure): void => {
        if (over) return
        over = true
        life.cancel(deadline)
        signal?.removeEventListener('abort', giveUp)
        if (life.ends()) resolve(answer)
      }
      const giveUp = (): void => hear({ kind: 'unknown', text: 'the call was given up' })
      const deadline = life.after(callTime, () => hear({ kind: 'unknown', text: 'no answer within the time limit' }))
      signal?.addEventListener('abort', giveUp, { once: true })
      const comeBack = (answer: Answer | Failure, late = 0): void => {
        life.after(network.latency('back') + late, () => hear(answer))
      }
      if (reach === 'refused') return void life.after(refusedAfter, () => hear(failure('ECONNREFUSED')))
      if (reach === 'silent' || fault === 'lose request') return
      const late = fault === 'reorder' ? lateBy : 0
      clock.after(network.latency('there') + late, undefined, () => {
        if (fault === 'break') return comeBack(failure('StatusCode 10 (database time-out)'))
        if (fault === 'refuse') return comeBack({ kind: 'refused', text: 'StatusCode 60 (wrong role)' })
        const answer = perform()
        if (fault === 'repeat' && again) clock.after(lateBy, undefined, () => void perform())
        if (fault === 'lose answer' || fault === 'reorder') return
        if (fault === 'cut' || fault === 'garble') return comeBack(failure(`the answer is ${fault}`))
        comeBack(answer, fault === 'delay' ? callTime / 2 : 0)
      })
    })
  }

  function handOver(request: AcquireRequest): AcquireAnswer {
    const { jobs } = acquireJobs(panda, serverTime(), {
      queue: request.queue,
      label: request.label,
      memory: request.memory,
      disk: request.diskSpace,
      remainingTime: request.remainingTime ?? 0,
      node: `node${pilot}`,
      computingElement: request.queue,
      userDn: null,
      taskID: request.taskId ?? null,
      jobType: request.jobType ?? null,
      background: false,
      resourceType: request.resourceType ?? null,
      harvesterID: null,
      workerID: null,
      schedulerID: null,
      count: request.count,
      timeout: acquireTimeout,
    })
    for (const { PandaID, attemptNr } of jobs) tell({ type: 'job.handedOver', pilot, key: keyOf(PandaID, attemptNr) })
    if (jobs.length === 0) return { kind: 'none', text: 'no jobs in PanDA' }
    return { kind: 'jobs', definitions: jobs.map(({ definition }) => definition) }
  }

  function decide(update: JobUpdate): UpdateAnswer {
    const answer = updateJob(panda, serverTime(), wireUpdate(update))
    if (answer.kind !== 'command') return failure(`StatusCode 30 (${answer.kind})`)
    tell({ type: 'update.heard', pilot, update, command: answer.command })
    return { kind: 'accepted', commands: parseCommands(answer.command) }
  }

  return {
    acquire(request, signal) {
      tell({ type: 'job.requested', pilot })
      return call(signal, false, () => handOver(request))
    },
    async update(update, signal) {
      tell({ type: 'update.sent', pilot, update })
      const answer = await call(signal, true, () => decide(update))
      const commands = answer.kind === 'accepted' ? answer.commands.map(({ name }) => name) : []
      if (life.alive) tell({ type: 'update.answered', pilot, update, answer: answer.kind, commands })
      return answer
    },
    workerStatus: (_status, signal) => call<UpdateAnswer>(signal, true, () => ({ kind: 'accepted', commands: [] })),
    async jobStatus(ids, signal) {
      const answer = await call(signal, true, () => ({
        kind: 'done' as const,
        jobs: ids.flatMap((id) => statusOf(id)),
      }))
      return answer.kind === 'done' ? answer.jobs : undefined
    },
    async close() {
      closed = true
    },
  }

  function statusOf(pandaId: PandaId) {
    const job = panda.jobs.get(pandaId)
    return job === undefined ? [] : [{ pandaId, status: job.state, attemptNr: job.attemptNr as AttemptNr }]
  }
}

function keyOf(PandaID: number, attemptNr: number): JobKey {
  return jobKey({ pandaId: PandaID as PandaId, attemptNr: attemptNr as AttemptNr })
}

function failure(text: string): Failure {
  return { kind: 'unknown', text }
}

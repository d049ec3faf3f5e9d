import { parseCommands } from '../../src/job/commands.ts'
import type { AttemptNr, PandaId } from '../../src/job/ids.ts'
import type { JobUpdate } from '../../src/job/update.ts'
import type { JobServer, WorkerStatus } from '../../src/server/port.ts'
import type { ContractWorld, Mishap } from './job-server.contract.ts'

interface FakeJob {
  status: string
  command: string
  readonly definition: { readonly PandaID: PandaId; readonly attemptNr: number } & Readonly<Record<string, unknown>>
}

export interface FakeJobServer extends ContractWorld {
  readonly jobs: ReadonlyMap<PandaId, FakeJob>
  /** Every update that reached it, lost answers included. */
  readonly updates: readonly JobUpdate[]
  readonly workerReports: readonly WorkerStatus[]
}

/** The port in memory: the server's rules for repeats and states, none of its fields. */
export function createFakeJobServer(): FakeJobServer {
  const jobs = new Map<PandaId, FakeJob>()
  const updates: JobUpdate[] = []
  const workerReports: WorkerStatus[] = []
  const mishaps: Mishap[] = []
  let closed = false

  const waiting = () => [...jobs.values()].filter(({ status }) => status === 'activated')

  /** Answers as the port promises, whatever goes wrong. */
  async function call<Answer>(
    signal: AbortSignal | undefined,
    perform: () => Answer,
  ): Promise<Answer | { kind: 'unknown' | 'refused'; text: string }> {
    if (closed) return { kind: 'unknown', text: 'the channel is closed' }
    if (signal?.aborted) return { kind: 'unknown', text: 'the call was given up' }
    const mishap = mishaps.shift()
    if (mishap === 'wrong role') return { kind: 'refused', text: 'StatusCode 60 (wrong role)' }
    if (mishap === 'database failure') return { kind: 'unknown', text: 'StatusCode 30 (database failure)' }
    const answer = perform()
    return mishap === 'answer lost' ? { kind: 'unknown', text: 'no answer within the time limit' } : answer
  }

  function commandFor(update: JobUpdate): string {
    const job = jobs.get(update.pandaId)
    if (job === undefined || job.definition.attemptNr !== update.attemptNr) return 'tobekilled'
    if (job.status === 'holding') return update.final === undefined ? job.command : 'alreadydone'
    job.status = update.final === undefined ? update.state : 'holding'
    return job.command
  }

  const server: JobServer = {
    acquire: ({ count }, signal) =>
      call(signal, () => {
        const taken = waiting().slice(0, count)
        for (const job of taken) job.status = 'sent'
        return taken.length === 0
          ? { kind: 'none', text: 'no jobs in PanDA' }
          : { kind: 'jobs', definitions: taken.map(({ definition }) => definition) }
      }),
    update: (update, signal) =>
      call(signal, () => {
        updates.push(update)
        return { kind: 'accepted', commands: parseCommands(commandFor(update)) }
      }),
    workerStatus: (status, signal) =>
      call(signal, () => {
        workerReports.push(status)
        return { kind: 'accepted', commands: [] }
      }),
    async jobStatus(ids, signal) {
      if (closed || signal?.aborted) return undefined
      return ids.flatMap((pandaId) => {
        const job = jobs.get(pandaId)
        return job === undefined
          ? []
          : [{ pandaId, status: job.status, attemptNr: job.definition.attemptNr as AttemptNr }]
      })
    },
    async close() {
      closed = true
    },
  }

  return {
    server,
    jobs,
    updates,
    workerReports,
    addJob() {
      const id = (6001 + jobs.size) as PandaId
      jobs.set(id, { status: 'activated', command: 'NULL', definition: { PandaID: id, attemptNr: 1 } })
      return id
    },
    setCommand(id, command) {
      const job = jobs.get(id)
      if (job !== undefined) job.command = command
    },
    next: (mishap) => void mishaps.push(mishap),
    async close() {
      closed = true
    },
  }
}

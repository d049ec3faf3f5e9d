import type { PandaId } from '../../src/job/ids.ts'
import type { Mishap } from './job-server.contract.ts'
import type { Answer, ReceivedRequest } from './web-server.ts'

interface SmallJob {
  readonly PandaID: number
  status: string
  command: string
}

/** The few rules of the server that the contract suite looks at, answered in either dialect's words. */
export interface SmallPanda {
  handle(request: ReceivedRequest): Answer
  addJob(): PandaId
  setCommand(id: PandaId, command: string): void
  next(mishap: Mishap): void
}

const noRole = 'no production/pilot role in VOMS FQANs or non pilot owner'

export function createSmallPanda(speaks: 'v1' | 'legacy'): SmallPanda {
  const jobs = new Map<number, SmallJob>()
  const mishaps: Mishap[] = []

  function take(count: number): SmallJob[] {
    const taken = [...jobs.values()].filter(({ status }) => status === 'activated').slice(0, count)
    for (const job of taken) job.status = 'sent'
    return taken
  }

  function update(id: number, attempt: unknown, state: string): string {
    const job = jobs.get(id)
    if (job === undefined || attempt !== 1) return 'tobekilled'
    const final = state === 'finished' || state === 'failed'
    if (job.status === 'holding') return final ? 'alreadydone' : job.command
    job.status = final ? 'holding' : state
    return job.command
  }

  const definition = ({ PandaID }: SmallJob) => ({ StatusCode: 0, PandaID, attemptNr: 1 })
  const refusal = (code: number, errorDialog: string) => JSON.stringify({ StatusCode: code, errorDialog })
  const envelope = (success: boolean, message: string, data: unknown) => JSON.stringify({ success, message, data })

  const legacy: Record<string, (request: ReceivedRequest, mishap: Mishap | undefined) => string> = {
    isAlive: () => 'alive=yes',
    getJob({ body }, mishap) {
      if (mishap === 'wrong role') return refusal(60, noRole)
      if (mishap === 'database failure') return refusal(10, 'database timeout')
      const { nJobs } = JSON.parse(body)
      const taken = take(nJobs ?? 1).map(definition)
      if (taken[0] === undefined) return refusal(20, 'no jobs in PanDA')
      return JSON.stringify(nJobs === undefined ? taken[0] : { StatusCode: 0, jobs: taken })
    },
    updateJob({ body }, mishap) {
      if (mishap === 'wrong role') return refusal(60, noRole)
      if (mishap === 'database failure') return JSON.stringify({ StatusCode: 30 })
      const { jobId, attemptNr, state } = JSON.parse(body)
      return `StatusCode=0&command=${encodeURIComponent(update(Number(jobId), attemptNr, state))}`
    },
    updateWorkerPilotStatus: () => '{"StatusCode": 0}',
    getStatus({ body }) {
      const asked = String(JSON.parse(body).ids).split(' ')
      const states = asked.map((id) => jobs.get(Number(id))?.status ?? 'notfound')
      const attempts = asked.map((id) => (jobs.has(Number(id)) ? 1 : 0))
      return `StatusCode=0&status=${states.join('%2B')}&attemptNr=${attempts.join('%2B')}`
    },
  }

  const v1: typeof legacy = {
    'system/is_alive': () => envelope(true, '', null),
    'pilot/acquire_jobs'({ body }, mishap) {
      if (mishap === 'wrong role') return envelope(false, noRole, null)
      if (mishap === 'database failure') return envelope(false, 'Timed out', null)
      const taken = take(JSON.parse(body).n_jobs).map(definition)
      if (taken.length === 0) return envelope(false, 'No jobs in PanDA', null)
      return envelope(true, '', { StatusCode: 0, jobs: taken })
    },
    'pilot/update_job'({ body }, mishap) {
      if (mishap === 'wrong role') return envelope(false, 'production or pilot role required', null)
      if (mishap === 'database failure') return envelope(true, 'Database error', { StatusCode: 30 })
      const { job_id, attempt_nr, job_status } = JSON.parse(body)
      return envelope(true, '', { StatusCode: 0, command: update(job_id, attempt_nr, job_status) })
    },
    'pilot/update_worker_status': () => envelope(true, '', null),
    'pilot/get_job_status'({ query }) {
      const states = query.getAll('job_ids').map((id) => {
        const job = jobs.get(Number(id))
        return { job_id: Number(id), status: job?.status ?? 'not found', attempt_number: job ? 1 : 0 }
      })
      return envelope(true, '', states)
    },
  }

  const [root, methods] = speaks === 'v1' ? ['/api/v1/', v1] : ['/server/panda/', legacy]
  return {
    handle(request) {
      const name = request.path.slice(root.length)
      const method = request.path.startsWith(root) ? methods[name] : undefined
      if (method === undefined) {
        return { status: 403, body: `ERROR : method ${request.path.split('/').at(-1)} is forbidden` }
      }
      const mishap = name === 'isAlive' || name === 'system/is_alive' ? undefined : mishaps.shift()
      const answer = method(request, mishap)
      if (mishap !== 'answer lost') return answer
      request.response.writeHead(200, { 'content-length': answer.length }).write(answer.slice(0, -1))
      request.socket.end()
      return undefined
    },
    addJob() {
      const id = 6001 + jobs.size
      jobs.set(id, { PandaID: id, status: 'activated', command: 'NULL' })
      return id as PandaId
    },
    setCommand(id, command) {
      const job = jobs.get(id)
      if (job !== undefined) job.command = command
    },
    next: (mishap) => void mishaps.push(mishap),
  }
}

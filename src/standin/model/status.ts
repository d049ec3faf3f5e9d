import { backChannel } from './commands.ts'
import type { Job } from './job.ts'
import type { Panda } from './panda.ts'

/** Archived jobs stay visible to job/get_status for one hour (contracts/panda-server.md 7). */
const visibleAfterwards = 3_600_000

/** The jobs as getStatus sees them, in the order asked; undefined where there is none. */
export function peekJobs(panda: Panda, ids: readonly number[]): (Job | undefined)[] {
  return ids.map((id) => panda.jobs.get(id))
}

/** State and pending command of one job, as a workflow asks for it. */
export function jobStatus(panda: Panda, now: number, PandaID: number): { command: string; status: string } {
  const job = panda.jobs.get(PandaID)
  if (job === undefined || (job.archived && now - job.changedAt > visibleAfterwards)) {
    return { command: 'tobekilled', status: 'unknown' }
  }
  return { command: backChannel(job).command, status: job.state }
}

import { record } from './history.ts'
import type { Job, Outcome } from './job.ts'
import { type Panda, setState } from './panda.ts'

/**
 * Gives a job its outcome and takes it out of the active table. A job gets one outcome: settling it again is a fault
 * of the model and throws.
 */
export function settle(
  panda: Panda,
  now: number,
  job: Job,
  outcome: Outcome,
  by: 'adder' | 'watcher' | 'kill',
  why: string,
): void {
  if (job.outcome !== null) throw new Error(`job ${job.PandaID} is ${job.outcome} already`)
  const before = job.state
  setState(panda, now, job, outcome)
  job.outcome = outcome
  job.archived = true
  record(panda, { at: now, call: by, PandaID: job.PandaID, asked: null, before, after: outcome, answer: why })
}

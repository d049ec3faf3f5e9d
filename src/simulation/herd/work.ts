import { addJob, createPanda, type Panda } from '../../standin/model/panda.ts'
import { worldStart } from '../node.ts'
import type { Random } from '../random.ts'
import { queueName } from '../simulated-ports.ts'
import { jobDirectory, makeJob, type WorldJob } from '../world-job.ts'
import type { HerdOrder } from './order.ts'

/** The jobs of a slot, and what the server knows of them: there is always one to be had. */
export class Work {
  readonly panda: Panda = createPanda()
  readonly #order: Pick<HerdOrder, 'seed' | 'jobLength'>
  readonly #random: Random
  readonly #jobs = new Map<string, WorldJob>()

  constructor(order: Pick<HerdOrder, 'seed' | 'jobLength'>, random: Random) {
    this.#order = order
    this.#random = random
  }

  /** The server has one more. `now`: ms since the beginning. */
  offer(now: number): void {
    const { seed, jobLength } = this.#order
    const length = Math.round(jobLength * (0.25 + 1.5 * this.#random.next()))
    const nth = this.#jobs.size
    // The first one is under way already, somewhere.
    const duration = nth === 0 ? Math.floor(length * this.#random.next()) : length
    const payload = { duration, exitCode: 0, leaves: 'all', ignoresTerm: false, leavesDaemon: false } as const
    const job = makeJob(seed, { inputs: 0, outputs: 1, transform: 'present', payload }, nth)
    this.#jobs.set(jobDirectory(job.pandaId), job)
    addJob(this.panda, worldStart + now, job.definition, { queue: queueName })
  }

  /** By the directory in which a pilot works on it. */
  jobIn(directory: string): WorldJob | undefined {
    return this.#jobs.get(directory)
  }
}

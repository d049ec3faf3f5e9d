import type { Bench, Figures } from '../bench.ts'
import { compare } from '../compare.ts'
import { contest, ourNames } from '../whole-pilot/contest.ts'
import { pythonGoal, reference, referenceGoal } from '../whole-pilot/goals.ts'
import { openGround } from '../whole-pilot/ground.ts'
import type { Life } from '../whole-pilot/life.ts'

const jobs = 5
const whole = 'first to last'

const units = { [whole]: 's', 'own delay per job': 's', 'gap between jobs': 's', 'own CPU': 's', 'peak RSS': 'MB' }

/** Several jobs in one pilot: start-up and end are not in the figures. */
export const series: Bench = {
  question: `how long does a pilot take for ${jobs} jobs, one after another?`,
  async run(options) {
    await using ground = await openGround()
    const { contestants, missing, versions } = await contest(ground, { jobs, untilExit: false }, figures)
    const comparison = await compare(`${jobs} jobs in one pilot`, units, contestants, options)
    return {
      comparisons: [comparison],
      goals: [
        ...pythonGoal(comparison, whole, 10),
        ...ourNames.map((name) => referenceGoal(comparison, name, whole, reference.fiveJobs, 10)),
      ],
      missing,
      versions,
      remarks: [
        `${whole}: from the first job handed out to the last final update; then the pilot is ended. Own delay: from a job`,
        'handed out to its final update without the payload, mean of the jobs; gap: from a final update to the next job',
        'handed out, mean. The Python pilot starts without a warm-up run.',
      ],
    }
  },
}

function figures({ jobs, cpuSeconds, peakMB }: Life): Figures {
  const [first, last] = [jobs.at(0), jobs.at(-1)]
  if (first === undefined || last === undefined) throw new RangeError('a life without jobs is no series')
  const delays = jobs.map((job) => job.finalUpdate - job.handedOut - (job.payloadEnd - job.payloadStart))
  const gaps = jobs.slice(1).map((job, index) => job.handedOut - (jobs[index]?.finalUpdate ?? job.handedOut))
  return {
    [whole]: (last.finalUpdate - first.handedOut) / 1000,
    'own delay per job': mean(delays) / 1000,
    'gap between jobs': mean(gaps) / 1000,
    'own CPU': cpuSeconds,
    'peak RSS': peakMB,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

import type { Bench, Comparison, Figures, Goal } from '../bench.ts'
import { atMost, compare, medianOf } from '../compare.ts'
import { contest, ourNames } from '../whole-pilot/contest.ts'
import { pythonGoal, reference, referenceGoal } from '../whole-pilot/goals.ts'
import { openGround } from '../whole-pilot/ground.ts'
import type { Life } from '../whole-pilot/life.ts'

const units = {
  'start to getJob': 's',
  'getJob to payload': 's',
  payload: 's',
  'payload to final': 's',
  'own delay': 's',
  'final to exit': 's',
  'start to exit': 's',
  'own CPU': 's',
  'peak RSS': 'MB',
  requests: '',
} as const

/** A whole pilot with one short job, start-up and end included. */
export const turnaround: Bench = {
  question: 'how much does a pilot add to a job, from its start to its end?',
  async run(options) {
    await using ground = await openGround()
    const { contestants, missing, versions } = await contest(ground, { jobs: 1, untilExit: true }, figures)
    const comparison = await compare('one job, 100 MB in, 1.2 s of payload, 100 MB out', units, contestants, options)
    return {
      comparisons: [{ ...comparison, plotted: ['own delay', 'start to exit'] }],
      goals: goals(comparison),
      missing,
      versions,
      remarks: [
        "own delay: from the job handed out to the final update, without the payload. CPU and memory: of the pilot's own",
        'processes without their children, looked at every 20 ms. The Python pilot starts without a warm-up run; a sleep of',
        'a minute in its monitor decides when it exits, so the own delay is the figure to compare.',
      ],
    }
  },
}

function figures({ started, arrivals, jobs, exited = Number.NaN, cpuSeconds, peakMB }: Life): Figures {
  const [job] = jobs
  if (job === undefined) throw new RangeError('a life without a job has no turnaround')
  const payload = job.payloadEnd - job.payloadStart
  const seconds = {
    'start to getJob': job.handedOut - started,
    'getJob to payload': job.payloadStart - job.handedOut,
    payload,
    'payload to final': job.finalUpdate - job.payloadEnd,
    'own delay': job.finalUpdate - job.handedOut - payload,
    'final to exit': exited - job.finalUpdate,
    'start to exit': exited - started,
  }
  return {
    ...Object.fromEntries(Object.entries(seconds).map(([name, ms]) => [name, ms / 1000])),
    'own CPU': cpuSeconds,
    'peak RSS': peakMB,
    requests: arrivals.length,
  }
}

function goals(comparison: Comparison): Goal[] {
  return [
    ...pythonGoal(comparison, 'own delay', 50),
    ...pythonGoal(comparison, 'start to exit', 30),
    ...ourNames.flatMap((name) => [
      referenceGoal(comparison, name, 'own delay', reference.ownDelay, 50),
      referenceGoal(comparison, name, 'start to exit', reference.startToExit, 30),
      atMost(`${name}: final to exit, s`, medianOf(comparison, name, 'final to exit'), 0.2),
    ]),
  ]
}

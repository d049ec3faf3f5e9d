import type { Bench, BenchOptions, Comparison, Contestant, Figures } from '../bench.ts'
import { atMost, compare, medianOf } from '../compare.ts'
import { type Ground, openGround } from '../whole-pilot/ground.ts'
import type { Launcher } from '../whole-pilot/launcher.ts'
import { ourPilot } from '../whole-pilot/our-pilot.ts'
import { findPythonPilot, pythonPilotName } from '../whole-pilot/python-pilot.ts'
import { openSleepingPilot } from './sleeping-pilot.ts'

/** ms. */
const window = 60_000

const units = { CPU: 'ms/min', switches: '/s', 'private dirty': 'MB', RSS: 'MB', threads: '' }

/** How a contestant comes to its sleeping payload. */
interface Sleeper {
  readonly name: string
  readonly launcher: Launcher
  readonly jobsBefore: number
}

const firstJob = 'panda-pilot, first job'

/** What a pilot costs the machine while a payload runs that does nothing, PilotDB, monitor, heartbeats and logs on. */
export const idle: Bench = {
  question: 'what does a pilot use while its payload sleeps?',
  async run(options) {
    await using ground = await openGround()
    const python = await findPythonPilot()
    const sleepers: Sleeper[] = [
      { name: firstJob, launcher: ourPilot('v1'), jobsBefore: 0 },
      { name: 'panda-pilot, second job', launcher: ourPilot('v1'), jobsBefore: 1 },
      ...('why' in python ? [] : [{ name: pythonPilotName, launcher: python.launcher, jobsBefore: 0 }]),
    ]
    const comparison = await sideBySide(ground, sleepers, options)
    const goal = (figure: string, unit: string, limit: number) =>
      atMost(`${figure}, ${unit}`, medianOf(comparison, firstJob, figure), limit)
    return {
      comparisons: [{ ...comparison, plotted: ['CPU', 'switches', 'private dirty', 'RSS'] }],
      goals: [
        goal('CPU', 'ms per minute', 20),
        goal('switches', 'per second', 4),
        goal('private dirty', 'MB', 35),
        goal('RSS', 'MB', 85),
      ],
      missing: 'why' in python ? [python] : [],
      versions: 'why' in python ? {} : python.versions,
      remarks: [
        'A round is a minute, the same one for all pilots; the first begins 20 s after their payloads did. Few at once: a',
        'pilot looks at every process of its machine that might be of its payload. The figures are sums over the starter',
        'shell and the pilot process with all their threads, CPU with that of helpers they waited for; RSS is the larger',
        'one, since what they share would count twice. The second job is one that follows a job with 100 MB in and out.',
      ],
    }
  },
}

/** All sleep through the same minutes, of which each is a round: whoever is first in it measures for all. */
async function sideBySide(ground: Ground, sleepers: readonly Sleeper[], options: BenchOptions): Promise<Comparison> {
  options.say('the pilots come to their payloads')
  await using opened = new AsyncDisposableStack()
  const pilots = await Promise.all(
    sleepers.map(async ({ launcher, jobsBefore }) => opened.use(await openSleepingPilot(ground, launcher, jobsBefore))),
  )
  let minute: Promise<readonly Figures[]> = Promise.resolve([])
  const contestants = sleepers.map(({ name }, index): Contestant => {
    const run = async (): Promise<Figures> => {
      if (index === 0) minute = Promise.all(pilots.map((pilot) => pilot.measure(window)))
      return (await minute)[index] ?? {}
    }
    return { name, startsWarm: true, run }
  })
  return await compare(`a sleeping payload, ${window / 1000} s`, units, contestants, options)
}

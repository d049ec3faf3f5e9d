import { type RunOptions, runHistory } from './history.ts'
import type { Fault, Scenario } from './scenario.ts'

/**
 * The smallest scenario in which the promise is still broken: without each fault, pilot and job that is not needed for
 * it. `options` makes those of one run, since a bug may remember things.
 */
export async function shrink(
  scenario: Scenario,
  promise: string,
  options: () => RunOptions = () => ({}),
): Promise<Scenario> {
  const isBroken = async (candidate: Scenario): Promise<boolean> => {
    const { breaches } = await runHistory(candidate, options())
    return breaches.some((breach) => breach.promise === promise)
  }
  let smallest = scenario
  for (;;) {
    const smaller = await firstThat(smallerOnes(smallest), isBroken)
    if (smaller === undefined) return smallest
    smallest = smaller
  }
}

/** Each with one thing less: faults first, then pilots, then jobs. */
function* smallerOnes(scenario: Scenario): Generator<Scenario> {
  const { faults, pilots, jobs } = scenario
  for (let at = 0; at < faults.length; at++) yield { ...scenario, faults: faults.toSpliced(at, 1) }
  for (let at = 0; at < pilots.length && pilots.length > 1; at++) {
    yield { ...scenario, pilots: pilots.toSpliced(at, 1), faults: withoutOne(faults, 'pilot', at) }
  }
  for (let at = 0; at < jobs.length && jobs.length > 1; at++) {
    yield { ...scenario, jobs: jobs.toSpliced(at, 1), faults: withoutOne(faults, 'job', at) }
  }
}

/** Faults of others, who move up. */
function withoutOne(faults: readonly Fault[], of: 'pilot' | 'job', at: number): Fault[] {
  return faults.flatMap((fault): Fault[] => {
    const index = of in fault ? (fault as Fault & Record<typeof of, number>)[of] : -1
    if (index === at) return []
    return index > at ? [{ ...fault, [of]: index - 1 } as Fault] : [fault]
  })
}

async function firstThat<T>(
  candidates: Iterable<T>,
  holds: (candidate: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const candidate of candidates) if (await holds(candidate)) return candidate
  return undefined
}

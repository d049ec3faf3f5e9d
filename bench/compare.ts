import type { BenchOptions, Comparison, Contestant, Figures, Goal, Spread, Standing } from './bench.ts'

/**
 * Runs all contestants in turn, round after round, after one turn that does not count: the machine's speed drifts, so only
 * figures of the same round are compared. The first contestant is ours; ratios are ours divided by the peer's.
 */
export async function compare(
  what: string,
  units: Readonly<Record<string, string>>,
  contestants: readonly Contestant[],
  { rounds, say }: BenchOptions,
): Promise<Comparison> {
  const runs = new Map<string, Figures[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run, startsWarm = false } of contestants) {
      if (round === 0 && startsWarm) continue
      say(`${what}: ${name}, ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`)
      const figures = await run()
      if (round > 0) runs.get(name)?.push(figures)
    }
  }
  const ours = runs.get(contestants[0]?.name ?? '') ?? []
  const standings = contestants.map(({ name }, index): Standing => {
    const theirs = runs.get(name) ?? []
    const figures = spreads(units, theirs)
    return index === 0 ? { name, figures } : { name, figures, ratios: spreads(units, ratios(ours, theirs)) }
  })
  return { what, units, rounds, standings }
}

/** Minimum, median and maximum. Throws RangeError without a sample. */
function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const [min, max] = [sorted.at(0), sorted.at(-1)]
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted.at(Math.floor(middle)), sorted.at(Math.ceil(middle))]
  if (min === undefined || max === undefined || low === undefined || high === undefined) {
    throw new RangeError('there is no median of nothing')
  }
  return { min, median: (low + high) / 2, max }
}

/** The median of ours; throws RangeError when it was not measured. */
export function ours(comparison: Comparison, figure: string): number {
  return medianOf(comparison, comparison.standings[0]?.name ?? '', figure)
}

/** The median of one contestant; throws RangeError when it was not measured. */
export function medianOf({ what, standings }: Comparison, contestant: string, figure: string): number {
  const found = standings.find(({ name }) => name === contestant)?.figures[figure]
  if (found === undefined) throw new RangeError(`${what}: ${contestant} has no figure ${figure}`)
  return found.median
}

/** The median ratio to a peer; undefined when the peer is missing. */
export function against({ standings }: Comparison, peer: string, figure: string): number | undefined {
  return standings.find(({ name }) => name === peer)?.ratios?.[figure]?.median
}

export function atMost(text: string, value: number, limit: number): Goal {
  return { text, value, limit, sense: 'at most', met: value <= limit }
}

export function atLeast(text: string, value: number, limit: number): Goal {
  return { text, value, limit, sense: 'at least', met: value >= limit }
}

function spreads(units: Readonly<Record<string, string>>, runs: readonly Figures[]): Record<string, Spread> {
  return Object.fromEntries(
    Object.keys(units).flatMap((figure) => {
      const samples = runs.flatMap((run) => run[figure] ?? [])
      return samples.length === 0 ? [] : [[figure, spread(samples)]]
    }),
  )
}

function ratios(ours: readonly Figures[], theirs: readonly Figures[]): readonly Figures[] {
  return ours.map((own, round) => {
    const other = theirs[round] ?? {}
    return Object.fromEntries(
      Object.entries(own).flatMap(([figure, value]) => {
        const divisor = other[figure]
        return divisor === undefined || divisor === 0 ? [] : [[figure, value / divisor]]
      }),
    )
  })
}

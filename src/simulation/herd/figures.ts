import { actsOf, binAt, type HerdOrder } from './order.ts'
import { type Ending, endings, type Tally } from './tally.ts'

/** What came of it, for all pilots. Requests a second; times in s. */
export interface HerdFigures {
  /** Width of the bins in which requests are counted. */
  readonly binSeconds: number
  /** Requests a second at the server in the two hours before it went away, and the most after it came back. */
  readonly mean: number
  readonly peak: number
  /** How many times the mean the peak is. */
  readonly herd: number
  /** The most requests a second that met no server. */
  readonly unservedPeak: number
  /** Slots that waited when the server came back, for their outcome to be taken. */
  readonly waiting: number
  /** After its return, until the server had taken so many of those outcomes; null when it had not when the play ended. */
  readonly halfTakenAfter: number | null
  readonly almostAllTakenAfter: number | null
  /** What the grid lost by waiting. */
  readonly slotHoursWaited: number
  readonly jobs: Readonly<Record<Ending, number>>
}

/** Counted as almost all. */
const almostAll = 0.95

export function figuresOf(order: HerdOrder, tally: Tally): HerdFigures {
  const acts = actsOf(order)
  const scale = order.pilots / order.sample
  const binSeconds = acts.bin / 1000
  const rates = (counts: readonly number[]) => counts.map((count) => (count * scale) / binSeconds)
  const [calm, away, back] = [acts.calm, acts.away, acts.back].map((time) => binAt(acts, time)) as [
    number,
    number,
    number,
  ]
  const served = rates(tally.served)
  // Only bins that lie wholly in the calm time.
  const before = served.slice(calm + 1, away)
  const mean = before.reduce((sum, rate) => sum + rate, 0) / before.length
  const peak = Math.max(0, ...served.slice(back))
  const waiting = tally.waiting[back - 1] ?? 0
  const takenAfter = (part: number): number | null => {
    const time = waiting === 0 ? 0 : tally.takenAfter[Math.ceil(waiting * part) - 1]
    return time === undefined ? null : time / 1000
  }
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0) * scale
  return {
    binSeconds,
    mean,
    peak,
    herd: mean === 0 ? 0 : peak / mean,
    unservedPeak: Math.max(0, ...rates(tally.unserved)),
    waiting: waiting * scale,
    halfTakenAfter: takenAfter(0.5),
    almostAllTakenAfter: takenAfter(almostAll),
    slotHoursWaited: (tally.waited / 3_600_000) * scale,
    jobs: Object.fromEntries(endings.map((ending) => [ending, total(tally.ended[ending])])) as Record<Ending, number>,
  }
}

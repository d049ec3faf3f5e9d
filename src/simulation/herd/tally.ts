import { type Acts, binsOf } from './order.ts'

/** How a job ended, for the server. */
export const endings = [
  'finished',
  'given up by its pilot, which had no answer for too long',
  'failed otherwise',
  'given up by the server, which had not heard of it',
] as const
export type Ending = (typeof endings)[number]

/** What was counted, by bin. */
export interface Tally {
  /** Requests that the server got. */
  readonly served: number[]
  /** Requests that met no server. */
  readonly unserved: number[]
  /** At the end of the bin: slots with an outcome that the server has not taken, and slots without a job. */
  readonly waiting: number[]
  readonly idle: number[]
  readonly ended: Record<Ending, number[]>
  /** ms after the server's return until an outcome that waited then was taken, one for each. */
  readonly takenAfter: number[]
  /** Slot-milliseconds with an outcome that the server has not taken. */
  waited: number
}

export function emptyTally(acts: Acts): Tally {
  const zeros = () => new Array<number>(binsOf(acts)).fill(0)
  const ended = Object.fromEntries(endings.map((ending) => [ending, zeros()])) as Record<Ending, number[]>
  return { served: zeros(), unserved: zeros(), waiting: zeros(), idle: zeros(), ended, takenAfter: [], waited: 0 }
}

/** What several shares counted together. */
export function sumOf(acts: Acts, tallies: readonly Tally[]): Tally {
  const sum = emptyTally(acts)
  for (const tally of tallies) {
    for (const name of ['served', 'unserved', 'waiting', 'idle'] as const) addTo(sum[name], tally[name])
    for (const ending of endings) addTo(sum.ended[ending], tally.ended[ending])
    sum.takenAfter.push(...tally.takenAfter)
    sum.waited += tally.waited
  }
  sum.takenAfter.sort((a, b) => a - b)
  return sum
}

function addTo(sum: number[], more: readonly number[]): void {
  for (const [bin, count] of more.entries()) sum[bin] = (sum[bin] ?? 0) + count
}

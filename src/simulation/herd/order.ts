import type { Pauses } from '../../job/backoff.ts'

/** What is asked: so many pilots, and a server that is away for some time. Times in ms. */
export interface HerdOrder {
  /** Slots of the grid: in each the batch system runs one pilot after another. */
  readonly pilots: number
  /** Slots that are simulated: each stands for `pilots / sample`. */
  readonly sample: number
  readonly seed: number
  readonly outage: number
  /** What a request meets during the outage: a refused connection, or no answer at all. */
  readonly how: 'refused' | 'silent'
  /** Jobs take from a quarter of it to seven quarters. */
  readonly jobLength: number
  /** Requests that the server can answer a second, of all pilots; later ones wait in line. Undefined: any number. */
  readonly capacity: number | undefined
  /** After its return the server waits so long before it gives up jobs that it has not heard of. */
  readonly grace: number
  /** Between two tries of a report. */
  readonly pauses: Pauses
  readonly heartbeat: number
  /** A pilot that has had no answer for so long ends its job. */
  readonly lostHeartbeat: number
}

/** The acts of the play, ms after its beginning. */
export interface Acts {
  /** All slots have begun, and the bustle of that is over. */
  readonly calm: number
  readonly away: number
  readonly back: number
  readonly end: number
  /** Requests are counted in bins of this width. One begins when the server comes back, one ends at the end. */
  readonly bin: number
}

const minute = 60_000
const hour = 60 * minute

/** Slots begin within this time. */
export const spread = hour
/** Requests that a bin of the calm time holds at least, so that chance makes no peaks. */
const leastRequests = 300
/** Requests of a job besides its heartbeats: asked for, starting, running, ended. */
const requestsOfJob = 4

export function actsOf({ outage, pauses, sample, heartbeat, jobLength }: HerdOrder): Acts {
  const calm = spread + 10 * minute
  const away = calm + 2 * hour
  const back = away + outage
  const perMillisecond = sample * (1 / heartbeat + requestsOfJob / jobLength)
  const bin = minute * Math.min(10, Math.max(1, Math.ceil(leastRequests / perMillisecond / minute)))
  // As long as two of the longest pauses, so that all who wait are seen through, and an hour of the time after that.
  const after = hour + Math.max(2 * hour, 2 * pauses.most)
  return { calm, away, back, end: back + Math.ceil(after / bin) * bin, bin }
}

/** Bins from the beginning to the end; the first one may begin before the beginning. */
export function binsOf({ back, end, bin }: Acts): number {
  return Math.ceil(back / bin) + (end - back) / bin
}

/** In which bin a time lies. */
export function binAt({ back, bin }: Acts, time: number): number {
  return Math.ceil(back / bin) + Math.floor((time - back) / bin)
}

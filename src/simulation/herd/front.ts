import type { WorldClock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { Network } from '../simulated-server.ts'
import { type Acts, binAt, type HerdOrder } from './order.ts'
import type { Tally } from './tally.ts'

/** The one door of the server, before which the pilots of a share stand: away at times, and of limited width. */
export class Front {
  readonly #clock: WorldClock
  readonly #acts: Acts
  readonly #how: HerdOrder['how']
  /** ms that a request takes; 0 = nothing. */
  readonly #work: number
  readonly #tally: Tally
  #busyUntil = 0

  /** `part` of all pilots stand here: they have that part of the capacity. */
  constructor(clock: WorldClock, { how, capacity }: HerdOrder, acts: Acts, part: number, tally: Tally) {
    this.#clock = clock
    this.#acts = acts
    this.#how = how
    this.#work = capacity === undefined ? 0 : 1000 / (capacity * part)
    this.#tally = tally
  }

  isAway(): boolean {
    const { away, back } = this.#acts
    return away <= this.#clock.now && this.#clock.now < back
  }

  /** The way to the server of one pilot, whose distance is drawn. */
  way(random: Random): Network {
    const distance = () => random.whole(5, 200)
    return {
      nextFault: () => undefined,
      reach: () => {
        const { now } = this.#clock
        const counted = this.isAway() ? this.#tally.unserved : this.#tally.served
        const bin = binAt(this.#acts, now)
        counted[bin] = (counted[bin] ?? 0) + 1
        return this.isAway() ? this.#how : 'open'
      },
      latency: (way) => distance() + (way === 'there' ? this.#queue() : 0),
    }
  }

  /**
   * First come, first served; what a client does not wait for is worked on all the same. That all slots begin within an hour
   * is no part of the play: nobody waits then.
   */
  #queue(): number {
    if (this.#work === 0 || this.#clock.now < this.#acts.calm) return 0
    this.#busyUntil = Math.max(this.#busyUntil, this.#clock.now) + this.#work
    return this.#busyUntil - this.#clock.now
  }
}

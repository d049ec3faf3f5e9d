import { WorldClock } from '../clock.ts'
import { turn } from '../turn.ts'
import { Front } from './front.ts'
import { actsOf, binsOf, type HerdOrder } from './order.ts'
import { Slot } from './slot.ts'
import { emptyTally, type Tally } from './tally.ts'

/** The slots are played in so many shares, on as many threads as there are: what comes out does not depend on them. */
export const shares = 4

/** ms between two runs of the server's own daemons. */
const daemonPeriod = 10 * 60_000

/** Plays every `shares`-th slot from the beginning to the end. `tell` hears now and then how far it is, from 0 to 1. */
export async function playShare(
  order: HerdOrder,
  share: number,
  tell: (done: number) => void = () => {},
): Promise<Tally> {
  const clock = new WorldClock()
  const acts = actsOf(order)
  const tally = emptyTally(acts)
  const numbers = Array.from({ length: order.sample }, (_, number) => number).filter((n) => n % shares === share)
  const front = new Front(clock, order, acts, numbers.length / order.pilots, tally)
  const slots = numbers.map((number) => new Slot(number, clock, order, acts, front, tally))

  const look = (bin: number): void => {
    tally.waiting[bin] = slots.filter(({ waits }) => waits).length
    tally.idle[bin] = slots.filter(({ isIdle }) => isIdle).length
    tell(clock.now / acts.end)
  }
  const bins = binsOf(acts)
  for (let bin = 0; bin < bins; bin++) {
    clock.after(acts.back + (bin + 1 - Math.ceil(acts.back / acts.bin)) * acts.bin - 1, undefined, () => look(bin))
  }
  const daemons = (): void => {
    const patient = clock.now >= acts.away && clock.now < acts.back + order.grace
    if (!front.isAway()) for (const slot of slots) slot.runDaemons(patient)
    clock.after(daemonPeriod, undefined, daemons)
  }
  daemons()

  while ((clock.next ?? Number.POSITIVE_INFINITY) < acts.end) {
    if (clock.step() === 'pilot') await turn()
  }
  for (const slot of slots) slot.close()
  return tally
}

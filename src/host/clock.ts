import type { Clock } from './port.ts'

/** The node's clocks. `monotonic` goes on while the process is stopped, but not while the whole node is suspended. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

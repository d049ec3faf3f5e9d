import type { Clock } from './port.ts'

/** The node's clocks. `monotonic` goes on while the process is stopped, but not while the whole node is suspended. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not `performance`: what Node loads at its first use takes 5 ms of a pilot's start.
  monotonic: () => process.uptime() * 1000,
}

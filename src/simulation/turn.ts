/**
 * One turn of the event loop. Every promise that can be kept is kept when this one is: no timer and no I/O takes part in a
 * world.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

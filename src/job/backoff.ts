/**
 * Exponential back-off with full jitter above half: `n` failures so far (from 1), `random` in [0, 1). Milliseconds.
 * Half of the step is always waited, so that many pilots neither hammer nor march in step.
 */
export function backoff(n: number, random: number, first: number, most: number): number {
  const step = Math.min(most, first * 2 ** Math.min(30, Math.max(0, n - 1)))
  return Math.round(step / 2 + (step / 2) * random)
}

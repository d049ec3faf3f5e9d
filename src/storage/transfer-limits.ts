/** Seconds a copy may take: `min(10800, 400 + floor(size/10⁶))`, unknown size as if empty (contracts/pilot-data.md 2.7). */
export function transferTimeout(size: number | undefined): number {
  return Math.min(10_800, 400 + Math.floor((size ?? 0) / 1e6))
}

/** Longest pause before a further attempt, s. */
const longestPause = 300

/**
 * Seconds to wait before the attempt that follows the `attempt`-th failed one (from 1), for `random` uniform in [0, 1).
 * In: uniform 20–50, doubled each time; out: uniform 60 … min(300, 60·(attempt+1)) (2.7). Never above 300.
 */
export function retryPause(direction: 'in' | 'out', attempt: number, random: number): number {
  if (direction === 'in') return Math.min(longestPause, (20 + 30 * random) * 2 ** (attempt - 1))
  const upper = Math.min(longestPause, 60 * (attempt + 1))
  return 60 + (upper - 60) * random
}

/** How long to wait between tries. ms. */
export interface Pauses {
  /** After the first failure; doubled with each further one. */
  readonly first: number
  readonly most: number
  /** Which part of a pause is left to chance, from 0 to 1, so that many pilots do not march in step. */
  readonly drawn: number
}

/** Pause before the next try after `n` failures (from 1), `random` in [0, 1). Whole milliseconds. */
export function backoff(n: number, random: number, { first, most, drawn }: Pauses): number {
  const step = Math.min(most, first * 2 ** Math.min(30, Math.max(0, n - 1)))
  return Math.round(step * (1 - drawn + drawn * random))
}

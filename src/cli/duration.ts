const units = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How a duration is written. */
export const durationForms = '90s, 30m, 3h or 2d'

/** Milliseconds of `90s`, `1.5h`, `2d`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)$/.exec(text.trim())
  if (found === null) return undefined
  const [, number = '', unit = 's'] = found
  return Math.round(Number(number) * units[unit as keyof typeof units])
}

/** A duration as a person would say it: `3 h`, `25 min`, `40 s`. */
export function durationText(ms: number): string {
  if (ms >= 5_400_000) return `${Math.round(ms / 360_000) / 10} h`
  if (ms >= 90_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 1000)} s`
}

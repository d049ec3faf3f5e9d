import type { Step } from '../simulation/replay/step.ts'

/** True for the step after which a replay ends. `start`: time of the first record, ms since the epoch. */
export type Until = (step: Step, start: number) => boolean

/** A step (`12`), seconds after the start (`+3.5`) or a time with its zone (`2026-01-31T12:00:00Z`); else undefined. */
export function parseUntil(text: string): Until | undefined {
  if (/^[1-9]\d{0,8}$/.test(text)) return ({ nth }) => nth >= Number(text)
  if (/^\+\d+(\.\d+)?$/.test(text)) return ({ at }, start) => at - start >= Number(text) * 1000
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : ({ at }) => at >= time
}

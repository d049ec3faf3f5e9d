import type { Comparison, Goal } from '../bench.ts'
import { against, atMost, medianOf } from '../compare.ts'
import { pythonPilotName } from './python-pilot.ts'

/**
 * What the Python pilot (3.11.5.1) needed where the goals were set, s: 2 cores of an AMD EPYC, medians of three runs of
 * one job and of two runs of five jobs.
 */
export const reference = { ownDelay: 16.82, startToExit: 66.58, fiveJobs: 74.8 } as const

/** Against the Python pilot of the same rounds; no goal when it is missing. */
export function pythonGoal(comparison: Comparison, figure: string, times: number): readonly Goal[] {
  const ratio = against(comparison, pythonPilotName, figure)
  return ratio === undefined ? [] : [atMost(`${figure}, ours / Python pilot's`, ratio, 1 / times)]
}

/** The same goal as a time, for machines without a Python pilot: one `times`-th of the reference. */
export function referenceGoal(
  comparison: Comparison,
  contestant: string,
  figure: string,
  seconds: number,
  times: number,
): Goal {
  const text = `${contestant}: ${figure}, s (1/${times} of the ${seconds} s the Python pilot took where the goal was set)`
  return atMost(text, medianOf(comparison, contestant, figure), seconds / times)
}

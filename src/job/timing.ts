import type { Phase } from './phases.ts'
import type { Recorded } from './record.ts'

/** Seconds a job spent in each phase, by its recorded history; the last phase lasts until `until` (ms since the epoch). */
export function phaseSeconds(history: readonly Recorded[], until: number): Partial<Record<Phase, number>> {
  const entered = history.flatMap(({ at, record }) => (record.kind === 'phase' ? [{ at, phase: record.phase }] : []))
  const seconds: Partial<Record<Phase, number>> = {}
  entered.forEach(({ at, phase }, index) => {
    const end = entered[index + 1]?.at ?? until
    seconds[phase] = (seconds[phase] ?? 0) + Math.max(0, end - at) / 1000
  })
  return seconds
}

/**
 * pilotTiming: six whole seconds `getjob|stagein|payload|stageout|initialsetup|setup` (contracts/pilot-core.md 8.1);
 * stage-out includes the log, set-up is the work before the first transfer.
 */
export function pilotTiming(
  seconds: Partial<Record<Phase, number>>,
  acquireSeconds: number,
  initialSetupSeconds: number,
): string {
  const stageOut = (seconds['stage-out'] ?? 0) + (seconds.log ?? 0)
  const parts = [
    acquireSeconds,
    seconds['stage-in'] ?? 0,
    seconds.payload ?? 0,
    stageOut,
    initialSetupSeconds,
    seconds.preparing ?? 0,
  ]
  return parts.map((part) => Math.trunc(part)).join('|')
}

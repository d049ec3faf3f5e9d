import type { PlannedRun } from './campaign.ts'
import type { KillRun } from './kill-run.ts'

export interface Finished extends PlannedRun {
  readonly run: KillRun
}

/** What `--json` prints: the figures of the issue first. */
export interface Summary {
  /** Different boundaries at which a pilot died. */
  readonly points: number
  readonly runs: number
  readonly lost: number
  readonly duplicated: number
  readonly falseSuccess: number
  /** From a kill to the first call of the restarted pilot. */
  readonly recoveryMsP50: number
  readonly recoveryMsP99: number
  readonly kills: number
  readonly finished: number
  /** Jobs reported failed because of a kill. */
  readonly failedByKill: number
  /** Handed over by the server, but the pilot died before it could write the job down: the server's watcher fails it. */
  readonly handedOverUnheard: number
  readonly notTaken: number
  readonly seed: number
  readonly seconds: number
}

/** ms; the limit of `recoveryMsP99`. */
export const longestRecovery = 2_000

export function summarise(all: readonly Finished[], seed: number, seconds: number): Summary {
  const runs = all.map(({ run }) => run)
  const count = (fits: (run: KillRun) => boolean): number => runs.filter(fits).length
  const recoveries = runs.flatMap(({ recoveryMs }) => recoveryMs ?? [])
  return {
    points: new Set(all.filter(({ kind }) => kind === 'point').flatMap(({ run }) => run.killed)).size,
    runs: runs.length,
    lost: count(({ lost }) => lost.length > 0),
    duplicated: count(({ duplicated }) => duplicated.length > 0),
    falseSuccess: count(({ falseSuccess }) => falseSuccess.length > 0),
    recoveryMsP50: quantile(recoveries, 0.5),
    recoveryMsP99: quantile(recoveries, 0.99),
    kills: runs.reduce((sum, { killed }) => sum + killed.length, 0),
    finished: count(({ outcome }) => outcome === 'finished'),
    failedByKill: count(({ outcome }) => outcome === 'failed'),
    handedOverUnheard: count(({ outcome }) => outcome === 'handed over unheard'),
    notTaken: count(({ outcome }) => outcome === 'not taken'),
    seed,
    seconds,
  }
}

/** The smallest value that a share of all does not exceed; 0 of none. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** A run worth a line: something is wrong with it, or its job did not finish. Undefined = nothing to say. */
export function remarkOf({ kind, run }: Finished): string | undefined {
  const wrong = [...run.lost, ...run.duplicated, ...run.falseSuccess]
  const outcome = run.outcome === 'finished' ? [] : [run.outcome, ...(run.failure === '' ? [] : [run.failure])]
  const said = [...wrong.map((text) => `WRONG: ${text}`), ...outcome]
  return said.length === 0 ? undefined : `${kind}, killed ${placesOf(run)}: ${said.join('; ')}`
}

function placesOf({ killed, plan }: KillRun): string {
  return `${killed.join(', then ') || 'never'} (payload of ${plan.payloadSeconds} s)`
}

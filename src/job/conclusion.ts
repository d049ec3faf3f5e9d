import { type Assignment, updateOf } from './assignment.ts'
import { type Finding, primary, reportedError } from './errors.ts'
import type { StoredFile } from './files.ts'
import { exitCodeOf, type PayloadResult } from './payload.ts'
import type { Outcome } from './phases.ts'
import type { JobUpdate, ReportedError, ResourceUse } from './update.ts'

/** What the final report is made of. */
export interface Conclusion {
  readonly assignment: Assignment
  readonly findings: readonly Finding[]
  readonly stored: readonly StoredFile[]
  readonly payload: PayloadResult | undefined
  readonly use: ResourceUse | undefined
}

/** What only the outside knows at the end. `endTime` in ms since the epoch. */
export interface Closing {
  readonly endTime: number
  readonly pilotTiming: string
  /** Extract of the pilot's log for a failed job, at most 1024 characters are sent. */
  readonly pilotLog: string
}

/** A job succeeded when nothing was found wrong: every check, verification and transfer has left no finding. */
export function outcomeOf({ findings }: Conclusion): Outcome {
  return findings.length === 0 ? 'finished' : 'failed'
}

/** The final update (contracts/panda-server.md 5.7). Of a failed job only the log is reported as stored. */
export function finalUpdate(conclusion: Conclusion, closing: Closing): JobUpdate {
  const { assignment, findings, stored, payload, use } = conclusion
  const outcome = outcomeOf(conclusion)
  const worst = primary(findings)
  const log = assignment.definition.log?.lfn
  return updateOf(assignment, outcome, finalUse(use, payload), {
    nEvents: payload?.report?.processedEvents ?? (payload?.report?.outputEvents || undefined),
    metrics: metricsOf(conclusion),
    part: {
      endTime: closing.endTime,
      stored: outcome === 'finished' ? stored : stored.filter(({ lfn }) => lfn === log),
      pilotError: worst === undefined ? undefined : reportedError(worst),
      payloadError: payloadError(payload),
      exitCode: exitCodeOf(payload?.end),
      pilotTiming: closing.pilotTiming,
      pilotLog: outcome === 'failed' ? closing.pilotLog : '',
      metaData: payload?.metaData ?? '',
    },
  })
}

/** The launcher's CPU time counts children the samples missed; a payload shorter than a sample has only that. */
function finalUse(use: ResourceUse | undefined, payload: PayloadResult | undefined): ResourceUse | undefined {
  const counted = payload?.end !== undefined && 'cpuSeconds' in payload.end ? (payload.end.cpuSeconds ?? 0) : 0
  const cpuTime = Math.max(use?.cpuTime ?? 0, counted)
  if (use === undefined && cpuTime === 0) return undefined
  const { startedAt, endedAt } = payload ?? { startedAt: undefined, endedAt: undefined }
  const wall = startedAt === undefined || endedAt === undefined ? 0 : (endedAt - startedAt) / 1000
  const meanCores = wall > 0 ? cpuTime / wall : use?.meanCores
  return { cpuTime, meanCores, memory: use?.memory, workDirSize: use?.workDirSize }
}

/** exeErrorCode and exeErrorDiag: the job report's own words (contracts/pilot-experiment.md 2.6 step 3). */
function payloadError(payload: PayloadResult | undefined): ReportedError | undefined {
  const report = payload?.report
  if (report === undefined) return undefined
  if (report.exeErrorCode !== undefined && report.exeErrorCode !== 0) {
    return { code: report.exeErrorCode, text: report.exeErrorDiag ?? '' }
  }
  if (report.exitMsg === undefined || report.exitMsg === 'OK') return undefined
  return { code: report.exitCode ?? 0, text: report.exitMsg }
}

/** Further jobMetrics (contracts/pilot-experiment.md 3, order kept). */
function metricsOf({ payload, use }: Conclusion): Record<string, string | number> {
  const metrics: Record<string, string | number> = {}
  const events = payload?.report?.processedEvents
  if (events !== undefined && events > 0) metrics.nEvents = events
  if (payload?.report?.dbTime) metrics.dbTime = payload.report.dbTime
  if (payload?.report?.dbData) metrics.dbData = payload.report.dbData
  if (use?.workDirSize) metrics.workDirSize = use.workDirSize
  return metrics
}

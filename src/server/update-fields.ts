import type { TextFile } from '../job/text-file.ts'
import type { FinalPart, JobUpdate } from '../job/update.ts'
import type { PilotIdentity } from './identity.ts'
import { jobOutputReport } from './job-output-report.ts'
import { columnPairs, columnText, debugText, utcTime, wholeNumber } from './wire-text.ts'

/** The fields of an update that this pilot sends, by a name of no dialect. */
export type UpdateField =
  | 'jobId'
  | 'state'
  | 'attemptNr'
  | 'siteName'
  | 'node'
  | 'schedulerId'
  | 'pilotId'
  | 'batchId'
  | 'startTime'
  | 'endTime'
  | 'outputReport'
  | 'metaData'
  | 'stdout'
  | 'coreCount'
  | 'meanCoreCount'
  | 'nEvents'
  | 'cpuTime'
  | 'cpuConversionFactor'
  | 'cpuConsumptionUnit'
  | 'cpuArchitectureLevel'
  | 'maxRss'
  | 'avgRss'
  | 'maxPss'
  | 'avgPss'
  | 'maxVmem'
  | 'avgVmem'
  | 'maxSwap'
  | 'avgSwap'
  | 'jobMetrics'
  | 'pilotTiming'
  | 'pilotLog'
  | 'pilotErrorCode'
  | 'pilotErrorDiag'
  | 'exeErrorCode'
  | 'exeErrorDiag'
  | 'transExitCode'

export type UpdateFields = Readonly<Record<UpdateField, string | number | TextFile | undefined>>

/** Seconds of CPU above which the server drops the value (contracts/panda-server.md 5.1). */
const mostCpuSeconds = 1e9

/** `essential` = only what decides about the job; for a database that refuses something in the rest. */
export type UpdateExtent = 'all' | 'essential'

const essential: readonly UpdateField[] = [
  'jobId',
  'state',
  'attemptNr',
  'batchId',
  'startTime',
  'endTime',
  'outputReport',
  'nEvents',
  'pilotErrorCode',
  'exeErrorCode',
  'transExitCode',
]

/** The fields of an update, as much of them as is wanted. */
export function updateFields(identity: PilotIdentity, update: JobUpdate, extent: UpdateExtent): Partial<UpdateFields> {
  const fields = allFields(identity, update)
  return extent === 'all' ? fields : Object.fromEntries(essential.map((field) => [field, fields[field]]))
}

/**
 * What an update says, with the cuts of contracts/panda-server.md 5.1; undefined = left out. Every text is cut in
 * bytes, also where the server cuts by itself: it counts characters, its columns bytes.
 */
function allFields(identity: PilotIdentity, update: JobUpdate): UpdateFields {
  const { use } = update
  const memory = use?.memory
  const cpuTime = wholeNumber(use?.cpuTime, 10)
  const knowsCpu = cpuTime !== undefined && cpuTime > 0 && cpuTime <= mostCpuSeconds
  return {
    jobId: update.pandaId,
    state: update.state,
    attemptNr: update.attemptNr,
    siteName: identity.siteName,
    node: text(identity.node, 128),
    schedulerId: text(identity.schedulerId, 128),
    pilotId: text(identity.pilotId, 200),
    batchId: text(identity.batchId, 80),
    startTime: utcTime(update.startTime),
    coreCount: wholeNumber(update.coreCount, 6),
    meanCoreCount: cores(use?.meanCores),
    nEvents: wholeNumber(update.nEvents, 10) || undefined,
    cpuTime: knowsCpu ? cpuTime : undefined,
    cpuConversionFactor: knowsCpu ? 1 : undefined,
    cpuConsumptionUnit: text(identity.cpuConsumptionUnit, 128),
    cpuArchitectureLevel: text(identity.cpuArchitectureLevel, 20),
    maxRss: wholeNumber(memory?.maxRss, 10),
    avgRss: wholeNumber(memory?.avgRss, 10),
    maxPss: wholeNumber(memory?.maxPss, 10),
    avgPss: wholeNumber(memory?.avgPss, 10),
    maxVmem: wholeNumber(memory?.maxVmem, 10),
    avgVmem: wholeNumber(memory?.avgVmem, 10),
    maxSwap: wholeNumber(memory?.maxSwap, 10),
    avgSwap: wholeNumber(memory?.avgSwap, 10),
    jobMetrics: columnPairs(metrics(update), 500) || undefined,
    stdout: debugText(update.stdout ?? '', 2048) || undefined,
    ...finalFields(update.final, update.state === 'finished'),
  }
}

type FinalField =
  | 'endTime'
  | 'outputReport'
  | 'metaData'
  | 'pilotTiming'
  | 'pilotLog'
  | 'pilotErrorCode'
  | 'pilotErrorDiag'
  | 'exeErrorCode'
  | 'exeErrorDiag'
  | 'transExitCode'

/** The server keeps the first metadata of a job and none of a failed one: so only a finished job sends it (13 gotcha 36). */
function finalFields(final: FinalPart | undefined, finished: boolean): Pick<UpdateFields, FinalField> {
  return {
    endTime: final === undefined ? undefined : utcTime(final.endTime),
    outputReport:
      final !== undefined && (finished || final.stored.length > 0) ? jobOutputReport(final.stored) : undefined,
    metaData: finished && final !== undefined && final.metaData !== '' ? final.metaData : undefined,
    pilotTiming: text(final?.pilotTiming, 100),
    pilotLog: finished ? undefined : text(final?.pilotLog, 1024),
    pilotErrorCode: final && (wholeNumber(final.pilotError?.code, 7) ?? 0),
    pilotErrorDiag: text(final?.pilotError?.text, 500),
    exeErrorCode: final && (wholeNumber(final.payloadError?.code, 7) ?? 0),
    exeErrorDiag: text(final?.payloadError?.text, 500),
    transExitCode: wholeNumber(final?.exitCode, 7),
  }
}

/** Order and form of contracts/pilot-experiment.md 3; what the update itself names wins. */
function metrics(update: JobUpdate): Record<string, string | number> {
  const { use, nEvents, final } = update
  const mean = cores(use?.meanCores)
  return {
    ...(mean === undefined ? {} : { actualCoreCount: mean.toFixed(2) }),
    ...(nEvents === undefined || nEvents === 0 ? {} : { nEvents }),
    ...(final === undefined || !use?.workDirSize ? {} : { workDirSize: use.workDirSize }),
    ...update.metrics,
  }
}

/** Two decimals, six digits before them. */
function cores(mean: number | undefined): number | undefined {
  return wholeNumber(mean, 6) === undefined || mean === undefined ? undefined : Math.round(mean * 100) / 100
}

function text(value: string | undefined, limit: number): string | undefined {
  return columnText(value ?? '', limit) || undefined
}

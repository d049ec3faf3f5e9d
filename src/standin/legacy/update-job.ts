import { isPilot } from '../model/caller.ts'
import type { Stored } from '../model/job.ts'
import { type JobUpdate, type ReportedState, reportedStates, updateJob as updateModel } from '../model/update.ts'
import { str } from '../python/text.ts'
import { cutText, PythonError, PythonFloat, type PythonValue, toFloat, toInt } from '../python/values.ts'
import { readTime } from '../read-time.ts'
import { dictionary, given, type LegacyCall, type LegacyMethod, type LegacyReply, noRole, refusal } from './method.ts'

/** Parameters that are stored as they come, with the column's name where it differs. */
const asTheyCome: Readonly<Record<string, string>> = {
  cpuConsumptionTime: 'cpuConsumptionTime',
  cpuConsumptionUnit: 'cpuConsumptionUnit',
  cpuConversionFactor: 'cpuConversion',
  schedulerID: 'schedulerID',
  exeErrorCode: 'exeErrorCode',
  pilotTiming: 'pilotTiming',
  nEvents: 'nEvents',
  nInputFiles: 'nInputFiles',
  jobSubStatus: 'jobSubStatus',
  coreCount: 'actualCoreCount',
  maxRSS: 'maxRSS',
  maxVMEM: 'maxVMEM',
  maxSWAP: 'maxSWAP',
  maxPSS: 'maxPSS',
  corruptedFiles: 'corruptedFiles',
}

/** Texts the server cuts: anything but a text breaks the call (contracts/panda-server.md 13, 16). */
const cut: Readonly<Record<string, readonly [column: string, length: number]>> = {
  node: ['modificationHost', 128],
  pilotErrorDiag: ['pilotErrorDiag', 500],
  exeErrorDiag: ['exeErrorDiag', 500],
  jobMetrics: ['jobMetrics', 500],
  pilotID: ['pilotID', 200],
  batchID: ['batchID', 80],
  cpu_architecture_level: ['cpu_architecture_level', 20],
  grid: ['grid', 50],
  source_site: ['sourceSite', 36],
  destination_site: ['destinationSite', 36],
}

const wholeNumbers = ['avgRSS', 'avgVMEM', 'avgSWAP', 'avgPSS']
const totals = ['totRCHAR', 'totWCHAR', 'totRBYTES', 'totWBYTES']
const rates = ['rateRCHAR', 'rateWCHAR', 'rateRBYTES', 'rateWBYTES']
const largestTotal = 1e10 - 1

/** updateJob (contracts/panda-server.md 5). */
export const updateJob: LegacyMethod = {
  name: 'updateJob',
  required: ['jobId', 'state'],
  optional: [
    ...['token', 'timestamp', 'timeout', 'xml', 'workdir', 'remainingSpace', 'siteName', 'messageLevel', 'pilotLog'],
    ...['metaData', 'computingElement', 'startTime', 'endTime', 'attemptNr', 'stdout', 'meanCoreCount'],
    ...['transExitCode', 'pilotErrorCode', ...Object.keys(asTheyCome), ...Object.keys(cut)],
    ...[...wholeNumbers, ...totals, ...rates],
  ],
  run,
}

function run(call: LegacyCall): LegacyReply {
  if (!isPilot(call.caller)) return refusal(call, 60, noRole)
  const state = given(call, 'state')
  if (given(call, 'jobId') === 'NULL' || !isReported(state)) return dictionary({ StatusCode: 0 })
  const answer = updateModel(call.panda, call.now, readUpdate(call, state))
  if (answer.kind === 'metadata refused') return dictionary({ StatusCode: 0 })
  if (answer.kind === 'database error') return dictionary({ StatusCode: 30 })
  return dictionary({ StatusCode: 0, command: answer.command, pilotSecrets: answer.pilotSecrets ?? undefined })
}

/** Reads the fields with the server's own casts. Throws PythonError where the server would break. */
function readUpdate(call: LegacyCall, state: ReportedState): JobUpdate {
  const stdout = call.parameters.stdout ?? (call.parameters.stdout === null ? null : '')
  // The server cuts both texts for its log before anything else, so null breaks the call here.
  cutText(call.parameters.pilotLog === undefined ? '' : given(call, 'pilotLog'), 1024)
  cutText(call.parameters.metaData === undefined ? '' : given(call, 'metaData'), 1024)
  return {
    PandaID: toInt(given(call, 'jobId')),
    state,
    attemptNr: intOrNull(given(call, 'attemptNr')),
    fields: readFields(call),
    startTime: readTime(given(call, 'startTime')),
    endTime: readTime(given(call, 'endTime')),
    report: str(call.parameters.xml ?? ''),
    metadata: str(call.parameters.metaData ?? ''),
    pilotLog: str(call.parameters.pilotLog ?? ''),
    stdout: stdout === '' ? '' : cutText(stdout, 2048),
  }
}

function readFields(call: LegacyCall): Record<string, Stored> {
  const fields: Record<string, Stored> = {}
  for (const [name, column] of Object.entries(asTheyCome)) {
    const value = given(call, name)
    if (value !== null && value !== '') fields[column] = stored(value)
  }
  for (const [name, [column, length]] of Object.entries(cut)) {
    const value = given(call, name)
    if (value !== null) fields[column] = cutText(value, length)
  }
  for (const name of ['transExitCode', 'pilotErrorCode']) {
    const value = given(call, name)
    if (value !== null && intOrNull(value) !== null) fields[name] = stored(value)
  }
  const code = given(call, 'pilotErrorCode')
  // A negative code keeps its sign only when it comes as a number (contracts/panda-server.md 13, 34).
  if (typeof code === 'string' && intOrNull(code) !== null) fields.pilotErrorCode = Math.abs(Number(code))
  const mean = given(call, 'meanCoreCount')
  if (mean !== null && mean !== '' && !Number.isNaN(Number(str(mean)))) fields.meanCoreCount = Number(str(mean))
  for (const name of wholeNumbers) read(name, (value) => Math.trunc(toFloat(value)))
  for (const name of totals) read(name, (value) => Math.min(largestTotal, toInt(value) / 1024))
  for (const name of rates) read(name, (value) => Math.min(largestTotal, Math.trunc(toFloat(value))))
  return fields

  function read(name: string, cast: (value: PythonValue) => number): void {
    const value = given(call, name)
    if (value !== null) fields[name] = cast(value)
  }
}

/** A number stays a number, and so does a text that is one: the database casts it. */
function stored(value: PythonValue): Stored {
  if (value instanceof PythonFloat) return value.value
  if (typeof value === 'number') return value
  const text = str(value)
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

function intOrNull(value: PythonValue): number | null {
  if (value === null) return null
  try {
    return toInt(value)
  } catch (error) {
    if (error instanceof PythonError) return null
    throw error
  }
}

function isReported(state: PythonValue): state is ReportedState {
  return reportedStates.some((known) => known === state)
}

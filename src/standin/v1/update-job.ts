import type { Stored } from '../model/job.ts'
import { type ReportedState, reportedStates, updateJob as updateModel } from '../model/update.ts'
import { PythonFloat, type PythonValue } from '../python/values.ts'
import { readTime } from '../read-time.ts'
import { failure, intOr, optional, required, success, type V1Call, type V1Method } from './method.ts'

/** v1 parameter to column of the server. */
const columnOf: Readonly<Record<string, string>> = {
  node: 'modificationHost',
  cpu_consumption_time: 'cpuConsumptionTime',
  cpu_consumption_unit: 'cpuConsumptionUnit',
  cpu_conversion_factor: 'cpuConversion',
  cpu_architecture_level: 'cpu_architecture_level',
  scheduler_id: 'schedulerID',
  pilot_id: 'pilotID',
  batch_id: 'batchID',
  trans_exit_code: 'transExitCode',
  pilot_error_code: 'pilotErrorCode',
  pilot_error_diag: 'pilotErrorDiag',
  exe_error_code: 'exeErrorCode',
  exe_error_diag: 'exeErrorDiag',
  pilot_timing: 'pilotTiming',
  n_events: 'nEvents',
  n_input_files: 'nInputFiles',
  job_metrics: 'jobMetrics',
  job_sub_status: 'jobSubStatus',
  core_count: 'actualCoreCount',
  mean_core_count: 'meanCoreCount',
  corrupted_files: 'corruptedFiles',
  grid: 'grid',
  source_site: 'sourceSite',
  destination_site: 'destinationSite',
}

/** Memory columns are whole kB; max_rss becomes maxRSS. */
const memory = ['max', 'avg'].flatMap((how) => ['rss', 'vmem', 'swap', 'pss'].map((what) => `${how}_${what}`))

/** v1 divides the rates by 1024 as well, unlike legacy (contracts/panda-server.md 13, 18). */
const flows = ['tot', 'rate'].flatMap((how) => ['rchar', 'wchar', 'rbytes', 'wbytes'].map((what) => `${how}_${what}`))
const largestFlow = 1e10 - 1

const updateJobParameters = [
  ...required('int', 'job_id'),
  ...required('str', 'job_status'),
  ...optional('str', ['job_output_report'], ''),
  ...optional('str', ['node', 'cpu_consumption_unit', 'scheduler_id', 'pilot_id', 'site_name', 'pilot_error_diag']),
  ...optional('int', ['cpu_consumption_time', 'trans_exit_code', 'pilot_error_code', 'exe_error_code', 'n_events']),
  ...optional('str', ['pilot_log', 'meta_data', 'stdout'], ''),
  ...optional('number', ['cpu_conversion_factor', ...memory, ...flows]),
  ...optional('str', ['exe_error_diag', 'pilot_timing', 'start_time', 'end_time', 'batch_id', 'job_metrics']),
  ...optional('int', ['n_input_files', 'attempt_nr', 'core_count', 'mean_core_count']),
  ...optional('str', ['job_sub_status', 'corrupted_files', 'cpu_architecture_level', 'grid', 'source_site']),
  ...optional('str', ['destination_site']),
  ...optional('int', ['timeout'], 60),
]

/** pilot/update_job (contracts/panda-server.md 5). */
export const updateJob: V1Method = {
  name: 'pilot/update_job',
  verb: 'POST',
  secure: true,
  production: true,
  parameters: updateJobParameters,
  run: (call) => {
    const state = call.parameters.job_status
    if (!isReported(state)) return failure(`Invalid job status: ${String(state)}`, { StatusCode: 50 })
    const text = (name: string) => String(call.parameters[name] ?? '')
    const answer = updateModel(call.panda, call.now, {
      PandaID: intOr(call, 'job_id') ?? 0,
      state,
      attemptNr: intOr(call, 'attempt_nr'),
      fields: readFields(call),
      startTime: readTime(call.parameters.start_time ?? null),
      endTime: readTime(call.parameters.end_time ?? null),
      report: text('job_output_report'),
      metadata: text('meta_data'),
      pilotLog: text('pilot_log'),
      stdout: text('stdout'),
    })
    if (answer.kind === 'metadata refused') {
      const why = 'Failed to add meta_data'
      return success({ StatusCode: 30, ErrorDiag: why }, why)
    }
    if (answer.kind === 'database error') return success({ StatusCode: 30 }, 'Database error')
    return success({ StatusCode: 0, pilotSecrets: answer.pilotSecrets ?? undefined, command: answer.command })
  },
}

/** v1 skips what is null or empty. */
function readFields(call: V1Call): Record<string, Stored> {
  const fields: Record<string, Stored> = {}
  for (const [name, column] of Object.entries(columnOf)) {
    const value = plain(call.parameters[name])
    if (value !== null && value !== '') fields[column] = value
  }
  for (const name of memory) {
    const value = plain(call.parameters[name])
    if (value !== null) fields[camel(name)] = Math.trunc(Number(value))
  }
  for (const name of flows) {
    const value = plain(call.parameters[name])
    if (value !== null) fields[camel(name)] = Math.min(largestFlow, Math.trunc(Number(value)) / 1024)
  }
  return fields
}

function camel(name: string): string {
  const [how = '', what = ''] = name.split('_')
  return how + what.toUpperCase()
}

function plain(value: PythonValue | undefined): Stored | null {
  if (value instanceof PythonFloat) return value.value
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' || typeof value === 'string' ? value : null
}

function isReported(state: PythonValue | undefined): state is ReportedState {
  return reportedStates.some((known) => known === state)
}

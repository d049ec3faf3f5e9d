import * as z from 'zod/mini'
import type { AttemptNr, PandaId } from '../job/ids.ts'
import { type Dialect, named } from './dialect.ts'
import { workerOf } from './identity.ts'
import { jsonBody } from './json-body.ts'
import { type UpdateField, updateFields } from './update-fields.ts'
import { updateReply } from './update-reply.ts'
import { readData, readEnvelope } from './v1-answer.ts'
import { handsOver, v1Get, v1Post } from './wire-calls.ts'
import { wholeNumber } from './wire-text.ts'

/** contracts/panda-server.md 5.1, column v1. */
const updateNames: Readonly<Record<UpdateField, string>> = {
  jobId: 'job_id',
  state: 'job_status',
  attemptNr: 'attempt_nr',
  siteName: 'site_name',
  node: 'node',
  schedulerId: 'scheduler_id',
  pilotId: 'pilot_id',
  batchId: 'batch_id',
  startTime: 'start_time',
  endTime: 'end_time',
  outputReport: 'job_output_report',
  metaData: 'meta_data',
  stdout: 'stdout',
  coreCount: 'core_count',
  meanCoreCount: 'mean_core_count',
  nEvents: 'n_events',
  cpuTime: 'cpu_consumption_time',
  cpuConversionFactor: 'cpu_conversion_factor',
  cpuConsumptionUnit: 'cpu_consumption_unit',
  cpuArchitectureLevel: 'cpu_architecture_level',
  maxRss: 'max_rss',
  avgRss: 'avg_rss',
  maxPss: 'max_pss',
  avgPss: 'avg_pss',
  maxVmem: 'max_vmem',
  avgVmem: 'avg_vmem',
  maxSwap: 'max_swap',
  avgSwap: 'avg_swap',
  jobMetrics: 'job_metrics',
  pilotTiming: 'pilot_timing',
  pilotLog: 'pilot_log',
  pilotErrorCode: 'pilot_error_code',
  pilotErrorDiag: 'pilot_error_diag',
  exeErrorCode: 'exe_error_code',
  exeErrorDiag: 'exe_error_diag',
  transExitCode: 'trans_exit_code',
}

const jobList = z.object({ jobs: z.array(z.unknown()) })
const commanded = z.object({ command: z.optional(z.nullable(z.string())), pilotSecrets: z.optional(z.unknown()) })
const statusList = z.array(z.object({ job_id: z.int(), status: z.string(), attempt_number: z.catch(z.int(), 0) }))

function asNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? wholeNumber(Number(text), 15) : undefined
}

const headers = { accept: 'application/json' }

/** The dialect of current servers: snake case, strict JSON types, an envelope round each answer. */
export const v1Dialect: Dialect = {
  name: 'v1',
  alive: v1Get('system/is_alive'),
  isAlive: (reply) => readEnvelope(reply).kind === 'done',

  async encode({ method, path, fields }) {
    if (method === 'POST') {
      const body = await jsonBody(fields)
      return { method, path, headers: { ...headers, 'content-type': 'application/json' }, body }
    }
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(fields)) {
      for (const item of Array.isArray(value) ? value : [value]) query.append(key, String(item))
    }
    return { method, path: query.size === 0 ? path : `${path}?${query}`, headers, body: undefined }
  },

  acquire(identity, request) {
    const worker = workerOf(identity)
    const names = {
      queue: 'site_name',
      label: 'prod_source_label',
      memory: 'memory',
      diskSpace: 'disk_space',
      remainingTime: 'remaining_time',
      node: 'node',
      computingElement: 'computing_element',
      resourceType: 'resource_type',
      taskId: 'task_id',
      jobType: 'job_type',
      count: 'n_jobs',
      schedulerId: 'scheduler_id',
      harvesterId: 'harvester_id',
      workerId: 'worker_id',
    }
    const fields = named<keyof typeof names, string | number>(names, {
      queue: request.queue,
      label: request.label,
      memory: wholeNumber(request.memory, 15),
      diskSpace: wholeNumber(request.diskSpace, 15),
      remainingTime: wholeNumber(request.remainingTime, 15),
      node: identity.node,
      computingElement: identity.computingElement,
      resourceType: request.resourceType,
      taskId: request.taskId,
      jobType: request.jobType,
      count: request.count,
      schedulerId: identity.schedulerId,
      harvesterId: worker?.harvesterId,
      workerId: worker && asNumber(worker.workerId),
    })
    return handsOver(v1Post('pilot/acquire_jobs', fields, ['site_name', 'prod_source_label']))
  },

  readAcquire(reply) {
    const answer = readData(reply, jobList)
    return answer.kind === 'done' ? { kind: 'done', value: answer.value.jobs } : answer
  },

  update(identity, update, extent) {
    const fields = updateFields(identity, update, extent)
    const mean = fields.meanCoreCount
    const whole = typeof mean === 'number' ? Math.round(mean) : undefined
    const wire = named(updateNames, { ...fields, meanCoreCount: whole })
    return v1Post('pilot/update_job', wire, ['job_id', 'job_status', 'attempt_nr', 'job_output_report'])
  },

  readUpdate(reply) {
    const answer = readData(reply, commanded)
    return answer.kind === 'done' ? { kind: 'done', value: updateReply(answer.value) } : answer
  },

  workerStatus({ harvesterId, workerId }, identity, status) {
    const fields = {
      worker_id: asNumber(workerId) ?? workerId,
      harvester_id: harvesterId,
      status,
      node_id: identity.node,
    }
    return v1Post('pilot/update_worker_status', fields, ['worker_id', 'harvester_id', 'status'])
  },

  readWorkerStatus(reply) {
    const answer = readEnvelope(reply)
    return answer.kind === 'done' ? { kind: 'done', value: null } : answer
  },

  jobStatus: (ids) => v1Get('pilot/get_job_status', { job_ids: ids }),

  readJobStatus(reply) {
    const answer = readData(reply, statusList)
    if (answer.kind !== 'done') return answer
    const known = answer.value.filter(({ status }) => status !== 'not found')
    return {
      kind: 'done',
      value: known.map(({ job_id, status, attempt_number }) => ({
        pandaId: job_id as PandaId,
        status,
        attemptNr: attempt_number as AttemptNr,
      })),
    }
  },
}

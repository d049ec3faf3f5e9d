import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { PandaId } from '../job/ids.ts'
import { type Dialect, named } from './dialect.ts'
import { workerOf } from './identity.ts'
import { parseJson } from './json.ts'
import { jsonBody } from './json-body.ts'
import { readAnswer } from './legacy-answer.ts'
import { type UpdateField, updateFields } from './update-fields.ts'
import { updateReply } from './update-reply.ts'
import { handsOver, legacyPost } from './wire-calls.ts'
import { wholeNumber } from './wire-text.ts'

const compress = promisify(gzip)

/** contracts/panda-server.md 5.1, column legacy. */
const updateNames: Readonly<Record<UpdateField, string>> = {
  jobId: 'jobId',
  state: 'state',
  attemptNr: 'attemptNr',
  siteName: 'siteName',
  node: 'node',
  schedulerId: 'schedulerID',
  pilotId: 'pilotID',
  batchId: 'batchID',
  startTime: 'startTime',
  endTime: 'endTime',
  outputReport: 'xml',
  metaData: 'metaData',
  stdout: 'stdout',
  coreCount: 'coreCount',
  meanCoreCount: 'meanCoreCount',
  nEvents: 'nEvents',
  cpuTime: 'cpuConsumptionTime',
  cpuConversionFactor: 'cpuConversionFactor',
  cpuConsumptionUnit: 'cpuConsumptionUnit',
  cpuArchitectureLevel: 'cpu_architecture_level',
  maxRss: 'maxRSS',
  avgRss: 'avgRSS',
  maxPss: 'maxPSS',
  avgPss: 'avgPSS',
  maxVmem: 'maxVMEM',
  avgVmem: 'avgVMEM',
  maxSwap: 'maxSWAP',
  avgSwap: 'avgSWAP',
  jobMetrics: 'jobMetrics',
  pilotTiming: 'pilotTiming',
  pilotLog: 'pilotLog',
  pilotErrorCode: 'pilotErrorCode',
  pilotErrorDiag: 'pilotErrorDiag',
  exeErrorCode: 'exeErrorCode',
  exeErrorDiag: 'exeErrorDiag',
  transExitCode: 'transExitCode',
}

/** The dialect of servers before 2026-05: camel case, StatusCode dictionaries. */
export const legacyDialect: Dialect = {
  name: 'legacy',
  alive: { method: 'GET', path: '/server/panda/isAlive', fields: {}, needed: [] },
  isAlive: (reply) => reply.kind === 'answer' && reply.status === 200 && reply.body.includes('alive=yes'),

  /** Always gzip: the server gunzips every body of this content type, and dies of one that is none (13 gotcha 4). */
  async encode({ method, path, fields }) {
    const accept = { accept: 'application/json' }
    if (method === 'GET') return { method, path, headers: accept, body: undefined }
    const body = await compress(await jsonBody(fields))
    return { method, path, headers: { ...accept, 'content-type': 'application/json' }, body }
  },

  acquire(identity, request) {
    const worker = workerOf(identity)
    const names = {
      queue: 'siteName',
      label: 'prodSourceLabel',
      memory: 'mem',
      diskSpace: 'diskSpace',
      remainingTime: 'remaining_time',
      node: 'node',
      computingElement: 'computingElement',
      resourceType: 'resourceType',
      taskId: 'taskID',
      jobType: 'jobType',
      count: 'nJobs',
      countryGroup: 'countryGroup',
      workingGroup: 'workingGroup',
      allowOtherCountry: 'allowOtherCountry',
      schedulerId: 'schedulerID',
      harvesterId: 'harvester_id',
      workerId: 'worker_id',
    }
    const fields = named<keyof typeof names, string | number | boolean>(names, {
      queue: request.queue,
      label: request.label,
      memory: wholeNumber(request.memory, 15),
      diskSpace: wholeNumber(request.diskSpace, 15),
      remainingTime: wholeNumber(request.remainingTime, 15),
      node: identity.node,
      computingElement: identity.computingElement,
      resourceType: request.resourceType,
      taskId: request.taskId === undefined ? undefined : String(request.taskId),
      jobType: request.jobType,
      count: request.count > 1 ? request.count : undefined,
      countryGroup: request.countryGroup,
      workingGroup: request.workingGroup,
      allowOtherCountry: request.allowOtherCountry,
      schedulerId: identity.schedulerId,
      harvesterId: worker?.harvesterId,
      workerId: worker?.workerId,
    })
    return handsOver(legacyPost('getJob', fields, ['siteName', 'prodSourceLabel']))
  },

  readAcquire(reply) {
    const answer = readAnswer(reply)
    if (answer.kind !== 'done') return answer
    const { jobs, PandaID } = answer.value
    const list = typeof jobs === 'string' ? parseJson(jobs) : jobs
    if (Array.isArray(list)) return { kind: 'done', value: list }
    if (PandaID !== undefined) return { kind: 'done', value: [answer.value] }
    return { kind: 'unknown', text: 'the answer to getJob says success but names no job' }
  },

  update(identity, update, extent) {
    const fields = { ...updateFields(identity, update, extent), jobId: String(update.pandaId) }
    return legacyPost('updateJob', named(updateNames, fields), ['jobId', 'state', 'attemptNr', 'xml'])
  },

  /** Success without a command means that the metadata, and with it all the rest, was not stored (13 gotcha 20). */
  readUpdate(reply, sent) {
    const answer = readAnswer(reply)
    if (answer.kind !== 'done') return answer
    const { command } = answer.value
    if (command === undefined && sent.fields.metaData !== undefined) {
      return { kind: 'not-stored', text: 'the server stored neither the metadata nor the update' }
    }
    return { kind: 'done', value: updateReply(answer.value) }
  },

  workerStatus({ harvesterId, workerId }, identity, status) {
    const fields = {
      site: identity.siteName,
      workerID: workerId,
      harvesterID: harvesterId,
      status,
      node_id: identity.node,
    }
    return legacyPost('updateWorkerPilotStatus', fields, ['site', 'workerID', 'harvesterID', 'status'])
  },

  readWorkerStatus(reply) {
    const answer = readAnswer(reply)
    return answer.kind === 'done' ? { kind: 'done', value: null } : answer
  },

  jobStatus: (ids) => legacyPost('getStatus', { ids: ids.join(' ') }, ['ids']),

  /** Two lists joined by plus signs, in the order asked, always url-encoded (contracts/panda-server.md 7). */
  readJobStatus(reply, ids) {
    const answer = readAnswer(reply)
    if (answer.kind !== 'done') return answer
    const states = String(answer.value.status ?? '').split(/[+ ]/)
    const attempts = String(answer.value.attemptNr ?? '').split(/[+ ]/)
    if (states.length !== ids.length) {
      return { kind: 'unknown', text: `asked for ${ids.length} jobs, got the states of ${states.length}` }
    }
    const known = ids.map((pandaId: PandaId, at) => ({
      pandaId,
      status: states[at] ?? 'notfound',
      attemptNr: Number.parseInt(attempts[at] ?? '', 10) || 0,
    }))
    return { kind: 'done', value: known.filter(({ status }) => status !== 'notfound') }
  },
}

import type { Guid, Lfn, PandaId, Rse } from '../../src/job/ids.ts'
import type { ServerState } from '../../src/job/phases.ts'
import type { FinalPart, JobUpdate } from '../../src/job/update.ts'
import type { ProxyRequest, TokenRequest } from '../../src/server/credential-port.ts'
import type { EventRangeRequest, EventReport, EventResult, EventStatus } from '../../src/server/event-port.ts'
import type { PilotIdentity, Worker } from '../../src/server/identity.ts'
import type { AcquireRequest, WorkerStatus } from '../../src/server/port.ts'
import type { WorkerGpuMap, WorkerNodeMap } from '../../src/server/worker-port.ts'
import { failed, finished, identity, request, running, starting } from '../server/examples.ts'

/** What recorded fields mean in the words of our port, whichever dialect they are in. */
type Fields = Readonly<Record<string, unknown>>

export function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value)
}

function number(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Number(value)
}

export function identityOf(fields: Fields): PilotIdentity {
  return {
    ...identity,
    siteName: text(fields.site ?? fields.siteName ?? fields.site_name) ?? identity.siteName,
    node: text(fields.node ?? fields.node_id) ?? identity.node,
    schedulerId: text(fields.schedulerID ?? fields.scheduler_id) ?? identity.schedulerId,
    batchId: text(fields.batchID ?? fields.batch_id) ?? identity.batchId,
    harvesterId: text(fields.harvester_id),
    workerId: text(fields.worker_id),
  }
}

export function acquireOf(fields: Fields): AcquireRequest {
  return {
    ...request,
    queue: text(fields.siteName ?? fields.site_name) ?? '',
    label: text(fields.prodSourceLabel ?? fields.prod_source_label) ?? 'managed',
    count: number(fields.nJobs ?? fields.n_jobs) ?? 1,
    memory: number(fields.mem ?? fields.memory) ?? 0,
    diskSpace: number(fields.diskSpace ?? fields.disk_space) ?? 0,
    remainingTime: number(fields.remaining_time),
    jobType: text(fields.jobType ?? fields.job_type),
    resourceType: text(fields.resourceType ?? fields.resource_type),
    taskId: number(fields.taskID ?? fields.task_id),
  }
}

export function updateOf(fields: Fields): JobUpdate {
  const id = number(fields.jobId ?? fields.job_id) ?? 0
  const state = text(fields.state ?? fields.job_status) ?? ''
  const attemptNr = (number(fields.attemptNr ?? fields.attempt_nr) ?? 1) as JobUpdate['attemptNr']
  const stdout = text(fields.stdout)
  if (state === 'finished' || state === 'failed') {
    const update = state === 'finished' ? finished(id) : failed(id)
    return { ...update, attemptNr, stdout, final: update.final && { ...update.final, stored: storedOf(fields) } }
  }
  if (state === 'running') return { ...running(id), attemptNr, stdout }
  return { ...starting(id), attemptNr, stdout, state: state as ServerState }
}

function storedOf(fields: Fields): FinalPart['stored'] {
  const report: unknown = JSON.parse(text(fields.xml ?? fields.job_output_report) || '{}')
  return Object.entries(report as Record<string, Record<string, unknown>>).map(([lfn, file]) => ({
    lfn: lfn as Lfn,
    guid: String(file.guid) as Guid,
    size: Number(file.fsize),
    adler32: String(file.adler32),
    surl: String(file.surl),
    rse: text(file.endpoint) as Rse | undefined,
  }))
}

export function bulkOf(fields: Fields): Fields[] {
  const list = fields.job_list ?? JSON.parse(String(fields.jobList))
  return list as Fields[]
}

export function workerOf(fields: Fields): Worker {
  return {
    harvesterId: String(fields.harvesterID ?? fields.harvester_id),
    workerId: String(fields.workerID ?? fields.worker_id),
  }
}

export function workerStatusOf(fields: Fields): WorkerStatus {
  return fields.status === 'finished' ? 'finished' : 'started'
}

export function idsOf(fields: Fields): number[] {
  if (Array.isArray(fields.job_ids)) return fields.job_ids.map(Number)
  return String(fields.ids ?? fields.job_ids)
    .split(' ')
    .map(Number)
}

export function nodeOf(fields: Fields): WorkerNodeMap {
  return {
    site: String(fields.site),
    hostName: String(fields.host_name),
    cpuModel: String(fields.cpu_model),
    queue: text(fields.panda_queue),
    logicalCpus: number(fields.n_logical_cpus),
    sockets: number(fields.n_sockets),
    coresPerSocket: number(fields.cores_per_socket),
    threadsPerCore: number(fields.threads_per_core),
    cpuArchitecture: text(fields.cpu_architecture),
    cpuArchitectureLevel: text(fields.cpu_architecture_level),
    // Whole on purpose: it must reach the server as a float all the same.
    clockSpeed: Math.trunc(number(fields.clock_speed) ?? 0),
    totalMemory: number(fields.total_memory),
    totalLocalDisk: number(fields.total_local_disk),
  }
}

export function gpuOf(fields: Fields): WorkerGpuMap {
  return {
    site: String(fields.site),
    hostName: String(fields.host_name),
    vendor: String(fields.vendor),
    model: String(fields.model),
    count: Number(fields.count),
    vram: number(fields.vram),
    architecture: text(fields.architecture),
    framework: text(fields.framework),
    frameworkVersion: text(fields.framework_version),
    driverVersion: text(fields.driver_version),
  }
}

export function proxyOf(fields: Fields): ProxyRequest {
  return { role: text(fields.role) ?? '', dn: text(fields.dn) }
}

export function tokenOf(fields: Fields): TokenRequest {
  return { clientName: String(fields.client_name), tokenKey: text(fields.token_key) }
}

export function keyPairOf(fields: Fields): { publicKeyName: string; privateKeyName: string } {
  return {
    publicKeyName: String(fields.publicKeyName ?? fields.public_key_name),
    privateKeyName: String(fields.privateKeyName ?? fields.private_key_name),
  }
}

export function rangesOf(fields: Fields): EventRangeRequest {
  return {
    pandaId: Number(fields.pandaID ?? fields.job_id) as PandaId,
    jobsetId: number(fields.jobsetID ?? fields.jobset_id),
    taskId: number(fields.taskID ?? fields.task_id),
    count: number(fields.nRanges ?? fields.n_ranges) ?? 10,
    scattered: fields.scattered === true,
    segmentId: number(fields.segment_id),
  }
}

export function resultOf(fields: Fields): EventResult {
  return {
    eventRangeID: String(fields.eventRangeID ?? fields.event_range_id),
    status: String(fields.eventStatus ?? fields.event_range_status) as EventStatus,
    errorCode: number(fields.errorCode),
    errorDiag: text(fields.errorDiag),
    coreCount: number(fields.coreCount ?? fields.core_count),
    cpuTime: number(fields.cpuConsumptionTime ?? fields.cpu_consumption_time),
    objectStoreId: number(fields.objstoreID ?? fields.object_store_id),
  }
}

export function reportOf(fields: Fields): EventReport {
  const list = JSON.parse(String(fields.eventRanges ?? fields.event_ranges)) as Fields[]
  if (number(fields.version) !== 1) return { version: 0, results: list.map(resultOf) }
  return {
    version: 1,
    chunks: list.map((chunk) => {
      const zip = chunk.zipFile as Fields | undefined
      const results = (chunk.eventRanges ?? [chunk]) as Fields[]
      return {
        archive: zip && {
          lfn: String(zip.lfn),
          objectStoreId: Number(zip.objstoreID),
          size: Number(zip.fsize),
          adler32: String(zip.adler32),
          numEvents: Number(zip.numEvents),
          pathConvention: number(zip.pathConvention),
        },
        results: results.map(resultOf),
      }
    }),
  }
}

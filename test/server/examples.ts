import type { AttemptNr, Guid, Lfn, PandaId, Rse } from '../../src/job/ids.ts'
import type { FinalPart, JobUpdate } from '../../src/job/update.ts'
import type { PilotIdentity } from '../../src/server/identity.ts'
import type { ServerLog } from '../../src/server/log.ts'
import type { AcquireRequest } from '../../src/server/port.ts'

export const identity: PilotIdentity = {
  siteName: 'TESTBED_QUEUE',
  computingElement: 'TESTBED_CE',
  node: 'slot1@wn1.testbed',
  schedulerId: 'testbed-harvester',
  pilotId: 'http://localhost/pilotlog|SLURM|PR|4.0.0.1',
  batchId: 'slurm_42',
  cpuConsumptionUnit: 's+AMD EPYC 1024 KB 2-Core Processor 1-Socket+AVX2',
  cpuArchitectureLevel: 'x86_64-v3',
  harvesterId: 'testbed',
  workerId: '12',
}

export const request: AcquireRequest = {
  queue: 'TESTBED_QUEUE',
  label: 'managed',
  count: 1,
  memory: 16000.5,
  diskSpace: 20000,
  remainingTime: 100_000,
  resourceType: undefined,
  taskId: undefined,
  jobType: 'managed',
  countryGroup: undefined,
  workingGroup: undefined,
  allowOtherCountry: false,
}

/** 2026-11-22 23:25:03 UTC. */
const startTime = Date.UTC(2026, 10, 22, 23, 25, 3, 250)

export function starting(pandaId: number, attemptNr = 1): JobUpdate {
  return {
    pandaId: pandaId as PandaId,
    attemptNr: attemptNr as AttemptNr,
    state: 'starting',
    startTime,
    coreCount: 8,
    nEvents: undefined,
    use: undefined,
    metrics: {},
    final: undefined,
  }
}

export function running(pandaId: number): JobUpdate {
  return {
    ...starting(pandaId),
    state: 'running',
    nEvents: 10,
    use: {
      cpuTime: 12.8,
      meanCores: 7.618,
      memory: {
        maxRss: 123_456,
        avgRss: 100_000,
        maxPss: 113_456,
        avgPss: 100_000,
        maxVmem: 223_456,
        avgVmem: 200_000,
        maxSwap: 0,
        avgSwap: 0,
      },
      workDirSize: 2_147_483_648,
    },
    metrics: { leak: '0.41', chi2: '0.02' },
  }
}

const final: FinalPart = {
  endTime: startTime + 60_000,
  stored: [
    {
      lfn: 'AOD.1.pool.root' as Lfn,
      guid: 'AAAAAAAA-1111-2222-3333-444444444444' as Guid,
      size: 6,
      adler32: '084b021f',
      surl: 'root://localhost:1094//data/AOD.1.pool.root',
      rse: 'TESTBED_DATADISK' as Rse,
    },
    {
      lfn: 'log.1.tgz' as Lfn,
      guid: 'b3360435-696c-402b-bed5-93d5313c4999' as Guid,
      size: 123,
      adler32: '0a1b2c3d',
      surl: 'root://localhost:1094//data/log.1.tgz',
      rse: undefined,
    },
  ],
  pilotError: undefined,
  payloadError: undefined,
  exitCode: 0,
  pilotTiming: '0|1|5|1|1|0',
  pilotLog: 'last lines',
  metaData: '{"files":{"output":[]}}',
}

export function finished(pandaId: number): JobUpdate {
  return { ...running(pandaId), state: 'finished', final }
}

export function failed(pandaId: number): JobUpdate {
  return {
    ...running(pandaId),
    state: 'failed',
    final: {
      ...final,
      exitCode: 139,
      pilotError: { code: 1305, text: 'Failed to execute payload: segmentation fault' },
      payloadError: { code: 139, text: 'core dumped' },
    },
  }
}

export interface RememberingLog extends ServerLog {
  readonly lines: string[]
  readonly hidden: string[]
}

export function rememberingLog(): RememberingLog {
  const lines: string[] = []
  const hidden: string[] = []
  return {
    lines,
    hidden,
    debug: (text) => lines.push(`debug ${text}`),
    info: (text) => lines.push(`info ${text}`),
    warning: (text) => lines.push(`warning ${text}`),
    hide: (secret) => hidden.push(secret),
  }
}

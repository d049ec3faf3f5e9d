import type { Assignment } from '../../src/job/assignment.ts'
import { updateOf } from '../../src/job/assignment.ts'
import { type Closing, finalUpdate } from '../../src/job/conclusion.ts'
import { parseDefinition } from '../../src/job/definition.ts'
import type { ErrorName } from '../../src/job/error-table.ts'
import type { Finding } from '../../src/job/errors.ts'
import { type Guid, type JobIdentity, jobKey, type Lfn } from '../../src/job/ids.ts'
import type { ProcessIdentity } from '../../src/job/process.ts'
import { parseQueue } from '../../src/job/queue-data.ts'
import type { Direction, Source, TransferOrder, TransferResult } from '../../src/job/transfer.ts'
import type { JobUpdate } from '../../src/job/update.ts'

/** The job as a server would write it. */
export const wireDefinition = {
  PandaID: 4711,
  attemptNr: 2,
  transformation: 'Reco_tf.py',
  jobPars: '--maxEvents 10',
  inFiles: 'a.root,b.root',
  GUID: 'A1,B2',
  fsize: '10,20',
  checksum: 'ad:00000001,ad:00000002',
  scopeIn: 'mc,mc',
  ddmEndPointIn: 'HERE,HERE',
  outFiles: 'out.root,log.tgz',
  scopeOut: 'mc',
  realDatasets: 'set.out,set.log',
  ddmEndPointOut: 'HERE,HERE',
  logFile: 'log.tgz',
  scopeLog: 'mc',
  logGUID: 'C3',
}

/** A job with two inputs, one output and a log. `changes` to its definition on the wire. */
export function assignmentOf(changes: Readonly<Record<string, unknown>> = {}): Assignment {
  const raw = { ...wireDefinition, ...changes }
  const definition = parseDefinition(raw)
  const queue = parseQueue({ nickname: 'QUEUE' })
  if (definition.kind !== 'job' || queue.kind !== 'queue') throw new Error('the example itself is refused')
  return {
    key: jobKey(definition.job),
    definition: definition.job,
    raw,
    queue: queue.queue,
    endpoints: new Map(),
    directory: '/launch/PanDA_Pilot-4711',
    launchDirectory: '/launch',
    startTime: 1000,
    acquireTime: 10,
  }
}

export const assignment = assignmentOf()
const identity: JobIdentity = assignment.definition
export const processIdentity: ProcessIdentity = { pid: 100, startTicks: 5, bootId: 'boot', cookie: 'cookie' }

export function finding(name: ErrorName): Finding {
  return { name, detail: 'seen in a model test', phase: 'payload', at: 1, origin: 'test' }
}

export const closing: Closing = { endTime: 2000, pilotTiming: '1|2|3|4|5|6', pilotLog: '' }

export function heartbeat(state: 'starting' | 'running'): JobUpdate {
  return updateOf(assignment, state, undefined)
}

/** A final report; with a finding it says `failed`. */
export function finalWith(...findings: readonly Finding[]): JobUpdate {
  return finalUpdate({ assignment, findings, stored: [], payload: undefined, use: undefined }, closing)
}

const way: Source = { pfn: '/store/file', turl: '/store/file', rse: undefined, copytool: 'mv' }

/** One file with two ways to it. */
export function orderOf(lfn: string, direction: Direction): TransferOrder {
  return {
    key: assignment.key,
    job: identity,
    direction,
    lfn: lfn as Lfn,
    guid: 'A1' as Guid,
    local: `/launch/${lfn}`,
    ways: [way, { ...way, pfn: '/elsewhere/file' }],
    size: 10,
    checksum: undefined,
    mayBeMissing: false,
  }
}

/** That file, brought to storage. */
export function storedResult(lfn: string): TransferResult {
  const name = lfn as Lfn
  const file = { lfn: name, guid: 'A1' as Guid, size: 10, adler32: '00000001', surl: way.turl, rse: way.rse }
  return { kind: 'stored', lfn: name, file, way, attempts: 1 }
}

import type { AcquireRequest } from '../../src/standin/model/acquire.ts'
import type { Caller } from '../../src/standin/model/caller.ts'
import type { Job, JobState } from '../../src/standin/model/job.ts'
import { addJob, type Offer, type Panda, setState } from '../../src/standin/model/panda.ts'
import type { JobUpdate, ReportedState } from '../../src/standin/model/update.ts'

/** An arbitrary moment; no test depends on which. */
export const start = Date.UTC(2026, 10, 22, 12)

export const robot: Caller = { secure: true, dn: '/DC=org/CN=Robot', fqans: [], configured: true }
export const stranger: Caller = { secure: true, dn: '/DC=org/CN=Some User', fqans: [], configured: false }

/** A job with one input, one output and a log. */
const definition = {
  PandaID: 10,
  attemptNr: 1,
  prodSourceLabel: 'managed',
  prodUserID: 'Some User',
  taskID: 7,
  currentPriority: 100,
  inFiles: 'in.root',
  GUID: 'G-IN',
  fsize: '5',
  checksum: 'ad:00000005',
  outFiles: 'out.root,job.log.tgz',
  logFile: 'job.log.tgz',
  minRamCount: 2000,
  maxDiskCount: 500,
  maxWalltime: 3600,
  resource_type: 'SCORE',
}

/** Adds a job and puts it into a state by force, past the rules. */
export function jobIn(panda: Panda, state: JobState, changes: object = {}, offer: Offer = {}): Job {
  const job = addJob(panda, start, { ...definition, ...changes }, offer)
  if (state !== 'activated') setState(panda, start, job, state)
  return job
}

export function anUpdate(state: ReportedState, changes: Partial<JobUpdate> = {}): JobUpdate {
  return {
    PandaID: 10,
    state,
    attemptNr: 1,
    fields: {},
    startTime: null,
    endTime: null,
    report: '',
    metadata: '',
    pilotLog: '',
    stdout: '',
    ...changes,
  }
}

export const anyJob: AcquireRequest = {
  queue: 'Q',
  label: 'managed',
  memory: 0,
  disk: 0,
  remainingTime: 0,
  node: 'slot1@node',
  computingElement: null,
  userDn: null,
  taskID: null,
  jobType: null,
  background: false,
  resourceType: null,
  harvesterID: null,
  workerID: null,
  schedulerID: null,
  count: 1,
  timeout: 60,
}

/** An output report's text; every file gets a size and a checksum. */
export function reportOf(...lfns: readonly string[]): string {
  return JSON.stringify(
    Object.fromEntries(
      lfns.map((lfn) => [lfn, { guid: `G-${lfn}`, fsize: 6, adler32: '084b021f', surl: `file:/${lfn}` }]),
    ),
  )
}

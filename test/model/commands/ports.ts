import type { Ports } from '../../../src/actors/ports.ts'
import type { Written } from '../../../src/database/port.ts'
import { generic } from '../../../src/experiments/generic.ts'
import type { Launched, Processes } from '../../../src/host/port.ts'
import type { Found } from '../../../src/information/port.ts'
import type { MeasuredFile } from '../../../src/job/files.ts'
import type { ProcessEnd } from '../../../src/job/process.ts'
import { parseQueue, type QueueData } from '../../../src/job/queue-data.ts'
import type { LiveView } from '../../../src/observe/port.ts'
import type { AcquireAnswer, JobServer, UpdateAnswer } from '../../../src/server/port.ts'
import { plainSettings } from '../../../src/simulation/plain-settings.ts'
import { silentLog } from '../../../src/simulation/silent-log.ts'
import { failed, stopped } from '../../../src/storage/copy-errors.ts'
import { createPlanner } from '../../../src/storage/planner.ts'
import type { CopyOutcome, Copytool, Downloaded, TransferPlan, TransferPlanner } from '../../../src/storage/port.ts'
import type { Archived, Measured, ReadReport, Searched, Workers } from '../../../src/workers/port.ts'
import { MemoryDatabase } from '../../database/memory-database.ts'
import { processIdentity, wireDefinition } from '../examples.ts'
import type { Desk } from './desk.ts'

/** Every file here has this content, unless it is measured otherwise. */
const right: MeasuredFile = { size: 10, adler32: '00000001' }
const wrong: MeasuredFile = { size: 10, adler32: '0000000f' }

export type SteeredPorts = Ports & { readonly server: JobServer; readonly database: MemoryDatabase }

/**
 * Every port, answering as the desk says: any answer the port's interface allows, and no more. Only the payload's process
 * and the database remember, since both outlive a pilot process.
 */
export function steeredPorts(desk: Desk): SteeredPorts {
  const { clock } = desk
  const database = steeredDatabase(desk)
  const server = steeredServer(desk)
  return {
    settings: plainSettings,
    database,
    server,
    connect: () => server,
    information: {
      queue: () =>
        desk.ask<Found<QueueData>>('queue', undefined, {
          found: () => ({ kind: 'found', value: exampleQueue('online'), source: 'the test' }),
          offline: () => ({ kind: 'found', value: exampleQueue('offline'), source: 'the test' }),
          // What was found once is kept beside the database.
          'out of reach': () =>
            database.jobs().length === 0
              ? { kind: 'failed', text: 'no answer' }
              : { kind: 'found', value: exampleQueue('online'), source: 'the cache' },
        }),
      endpoints: async () => ({ kind: 'found', value: new Map(), source: 'the test' }),
    },
    credentials: {
      beforeJob: async () => ({ kind: 'good', secondsLeft: undefined }),
      duringJob: async () => ({ kind: 'good', secondsLeft: undefined }),
    },
    planner,
    copytools: new Map([['mv', steeredCopytool(desk)]]),
    downloads: {
      fetch: (url) =>
        desk.ask<Downloaded>('download', url, {
          downloaded: () => ({ kind: 'downloaded' }),
          'out of reach': () => ({ kind: 'failed', text: 'no answer', again: true }),
          'not there': () => ({ kind: 'failed', text: '404', again: false }),
        }),
    },
    workers: steeredWorkers(desk),
    processes: steeredProcesses(desk),
    debugCommands: { run: async () => 'shown', activeLog: async () => 'shown' },
    disk: {
      freeSpace: async () => 1e12,
      directorySize: async () => 1000,
      fileSize: async () => 1000,
    },
    files: steeredFiles(desk),
    outputFiles: steeredFiles(desk),
    notePandaId: async () => {},
    experiment: generic,
    payloadEnvironment: (_, own) => ({ ...own }),
    clock: { now: () => clock.now, monotonic: () => clock.now },
    entropy: { random: () => 0.5, guid: () => processIdentity.cookie },
    log: silentLog(),
    live: noView,
  }
}

function exampleQueue(status: 'online' | 'offline'): QueueData {
  const parsed = parseQueue({ nickname: 'QUEUE', state: 'ACTIVE', status, timefloor: 60 })
  if (parsed.kind !== 'queue') throw new Error('the example itself is refused')
  return parsed.queue
}

/** Two ways to every file. */
const planner: TransferPlanner = {
  ...createPlanner({ inputDirectory: '/in', outputDirectory: '/out', copytools: new Map() }),
  stageIn: ({ lfn }) => twoWays(lfn),
  stageOut: ({ lfn }) => twoWays(lfn),
}

function twoWays(lfn: string): TransferPlan {
  const way = (place: string) => ({
    pfn: `/${place}/${lfn}`,
    turl: `/${place}/${lfn}`,
    rse: undefined,
    copytool: 'mv',
  })
  return { kind: 'planned', replicas: [way('near'), way('far')] }
}

function steeredDatabase(desk: Desk): MemoryDatabase {
  const database = new MemoryDatabase(() => desk.clock.now)
  const write = database.write.bind(database)
  database.write = (job, record, durability) =>
    desk.ask<Written>(`record ${record.kind}`, record, {
      written: () => write(job, record, durability),
      failed: () => ({ kind: 'failed', text: 'the disk is full' }),
    })
  return database
}

function steeredServer(desk: Desk): JobServer {
  let nextId = 5000
  const definition = () => ({ ...wireDefinition, ...bareJob, PandaID: nextId++, attemptNr: 1 })
  return {
    acquire: ({ count }) =>
      desk.ask<AcquireAnswer>('acquire', count, {
        'no job': () => ({ kind: 'none', text: 'no jobs' }),
        jobs: () => ({ kind: 'jobs', definitions: Array.from({ length: count }, definition) }),
        'no answer': () => ({ kind: 'unknown', text: 'no answer' }),
        refused: () => ({ kind: 'refused', text: 'wrong role' }),
      }),
    update: (update) =>
      desk.ask<UpdateAnswer>('update', update, {
        accepted: () => ({ kind: 'accepted', commands: [] }),
        unknown: () => ({ kind: 'unknown', text: 'no answer' }),
        refused: () => ({ kind: 'refused', text: 'wrong role' }),
        tobekilled: () => ({ kind: 'accepted', commands: [{ name: 'tobekilled' }] }),
      }),
    workerStatus: (status) =>
      desk.ask<UpdateAnswer>('worker status', status, {
        accepted: () => ({ kind: 'accepted', commands: [] }),
        unknown: () => ({ kind: 'unknown', text: 'no answer' }),
      }),
    jobStatus: async () => undefined,
    close: async () => {},
  }
}

/** A job without files. */
const bareJob = { inFiles: '', outFiles: '', logFile: '' }

function steeredCopytool(desk: Desk): Copytool {
  const copied: CopyOutcome = { kind: 'copied', remoteSize: undefined, remoteChecksum: undefined, linked: false }
  return {
    name: 'mv',
    schemes: [],
    async copy(order, _progress, signal) {
      // As the contract of the port wants it: the record of its intent took longer than the order lasted.
      if (signal.aborted) return stopped('mv', order)
      return desk.ask<CopyOutcome>(`copy ${order.lfn}`, order, {
        copied: () => copied,
        'try again': () => failed('STAGEINTIMEOUT', 'slow', 'retry'),
        'try another': () => failed('STAGEINFAILED', 'gone', 'other-replica'),
        'give up': () => failed('STAGEINFAILED', 'bad', 'give-up'),
      })
    },
  }
}

function steeredWorkers(desk: Desk): Workers {
  return {
    warm: () => {},
    measure: (path) =>
      desk.ask<Measured>(`measure ${path.slice(path.lastIndexOf('/') + 1)}`, path, {
        right: () => ({ kind: 'measured', file: right }),
        wrong: () => ({ kind: 'measured', file: wrong }),
        missing: () => ({ kind: 'missing', text: 'not there' }),
        unreadable: () => ({ kind: 'unreadable', text: 'I/O error' }),
      }),
    readJobReport: () => desk.ask<ReadReport>('job report', undefined, { missing: () => ({ kind: 'missing' }) }),
    search: () =>
      desk.ask<Searched>('search', undefined, {
        searched: () => ({ kind: 'searched', lines: {}, skipped: 0 }),
        missing: () => ({ kind: 'missing' }),
        unreadable: () => ({ kind: 'unreadable', text: 'I/O error' }),
      }),
    archive: () =>
      desk.ask<Archived>('archive', undefined, {
        archived: () => ({ kind: 'archived', file: right, leftOut: [] }),
        failed: () => ({ kind: 'failed', text: 'no space', noSpace: true }),
      }),
    close: async () => {},
  }
}

function steeredProcesses(desk: Desk): Processes {
  let launches = 0
  let end: ProcessEnd | undefined
  const ending = (how: ProcessEnd) => (): ProcessEnd => {
    end ??= how
    return end
  }
  return {
    launch: (command) =>
      desk.ask<Launched>('launch', command, {
        launched: () => {
          launches += 1
          return { kind: 'launched', identity: processIdentity }
        },
        failed: () => ({ kind: 'failed', text: 'no such shell' }),
      }),
    find: () =>
      desk.ask('find', undefined, { looked: () => (launches > 0 && end === undefined ? processIdentity : undefined) }),
    neverStarted: async () => launches === 0,
    // What nobody waits for any more tells nothing.
    ended: (identity, _file, signal) =>
      desk.ask('end', identity, {
        'exits 0': () => (signal.aborted ? lost : ending({ kind: 'exited', exitCode: 0, cpuSeconds: 1 })()),
        'exits 3': () => (signal.aborted ? lost : ending({ kind: 'exited', exitCode: 3, cpuSeconds: 1 })()),
        killed: () => (signal.aborted ? lost : ending({ kind: 'signalled', signal: 'SIGKILL', cpuSeconds: 1 })()),
      }),
    signalTree: (identity, signal) => desk.ask(signal, identity, { sent: () => 1 }),
    survivors: (identity) => desk.ask('survivors', identity, { none: () => 0, some: () => 2 }),
    sample: async () => undefined,
  }
}

const lost: ProcessEnd = { kind: 'lost', text: 'nobody waits' }

function steeredFiles(desk: Desk): Ports['files'] {
  const done = async (): Promise<void> => {}
  return {
    createDirectory: (path) =>
      desk.ask('make directory', path, {
        made: done,
        refused: () => Promise.reject(new Error('permission denied')),
      }),
    write: (path) => desk.ask('write', path, { written: done, failed: () => Promise.reject(new Error('disk full')) }),
    removeDirectory: (path) => desk.ask('remove directory', path, { removed: done }),
    removeFile: done,
    exists: async (path) => path.includes('_tf.py'),
    readStart: async () => '',
    readEnd: async () => '',
    link: done,
    makeExecutable: done,
    append: done,
  }
}

const noView: LiveView = { tell: () => {} }

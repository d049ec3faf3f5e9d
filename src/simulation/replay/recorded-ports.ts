import type { JobPorts } from '../../actors/ports.ts'
import type { PilotSettings } from '../../actors/settings.ts'
import type { PilotDatabase } from '../../database/port.ts'
import type { Files } from '../../host/port.ts'
import type { Assignment } from '../../job/assignment.ts'
import type { JobServer, UpdateAnswer } from '../../server/port.ts'
import { plainSettings } from '../plain-settings.ts'
import { silentLog } from '../silent-log.ts'
import type { Effects } from './effects.ts'
import type { Memory } from './memory.ts'
import { recordedExperiment, recordedProcesses, type Supposed } from './payload-ports.ts'
import type { SteeredClock } from './steered-clock.ts'
import { transferWorld } from './transfer-ports.ts'

export interface RecordedWorld {
  readonly memory: Memory
  readonly effects: Effects
  readonly clock: SteeredClock
  readonly database: PilotDatabase
  readonly assignment: Assignment
  readonly supposed: Supposed
}

const noDocument = { kind: 'failed', text: 'a replay asks nobody' } as const
const goodCredential = { kind: 'good', secondsLeft: undefined } as const
const outside = { kind: 'unknown', text: 'a replay reaches nobody' } as const

/** The ports of a job's bodies, answered from the records: no file, process or server is touched. */
export function recordedPorts(world: RecordedWorld): JobPorts {
  const { memory, effects, clock, database, assignment, supposed } = world
  const transfers = transferWorld(memory, effects, assignment, (lfn) => supposed.failing.has(lfn))
  const server = recordedServer(effects)
  const untouched = async () => undefined
  return {
    settings: settingsOf(assignment),
    information: { queue: async () => noDocument, endpoints: async () => noDocument },
    connect: () => server,
    server,
    credentials: { beforeJob: async () => goodCredential, duringJob: async () => goodCredential },
    planner: transfers.planner,
    copytools: new Map([[transfers.copytool.name, transfers.copytool]]),
    downloads: {
      fetch: () =>
        effects.ask('job', 'transform', () => {
          const found = memory.finding('payload', 'TRFDOWNLOADFAILURE')
          return found === undefined ? { kind: 'downloaded' } : { kind: 'failed', text: found.detail, again: false }
        }),
    },
    workers: {
      warm: () => {},
      measure: transfers.measure,
      // What the output said is in no record; what was found in it is.
      search: async () => ({ kind: 'missing' }),
      readJobReport: () => effects.ask('job', 'jobReport.json', () => memory.report),
      archive: () =>
        effects.ask('job', 'log archive', () => {
          const found = memory.finding('job', 'NOLOCALSPACE', 'LOGFILECREATIONFAILURE')
          if (found === undefined) return { kind: 'archived', file: { size: 0, adler32: '' }, leftOut: [] }
          const text = found.detail.replace('log archive: ', '')
          return { kind: 'failed', text, noSpace: found.name === 'NOLOCALSPACE' }
        }),
      close: untouched,
    },
    processes: recordedProcesses(memory, effects, supposed),
    debugCommands: { run: () => peek(effects), activeLog: () => peek(effects) },
    disk: { freeSpace: untouched, directorySize: untouched, fileSize: untouched },
    files: recordedFiles(world),
    outputFiles: recordedFiles(world),
    notePandaId: untouched,
    database,
    experiment: recordedExperiment(memory, supposed),
    payloadEnvironment: () => ({}),
    clock: { now: () => clock.now, monotonic: () => clock.now },
    entropy: { random: () => 0, guid: () => transfers.plannedGuid() ?? memory.cookie },
    log: silentLog(memory.final?.final?.pilotLog ?? ''),
    live: { tell: () => {} },
  }
}

function recordedFiles({ memory, effects }: RecordedWorld): Files {
  const done = async () => undefined
  const ask = (what: string, failure: () => string | undefined) =>
    effects.ask('job', what, () => {
      const text = failure()
      if (text !== undefined) throw new Error(text)
    })
  return {
    createDirectory: () => ask('work directory', () => memory.finding('job', 'MKDIR')?.detail),
    write: () => ask('catalogue', () => memory.finding('data', 'FILEHANDLINGFAILURE')?.detail),
    makeExecutable: () => ask('transform', () => memory.finding('payload', 'CHMODTRF')?.detail),
    removeDirectory: done,
    removeFile: done,
    exists: async () => false,
    readStart: async () => '',
    readEnd: async () => '',
    link: done,
    append: done,
  }
}

/** An update is answered when its acknowledgement is recorded; without one nobody knows what became of it. */
function recordedServer(effects: Effects): JobServer {
  return {
    acquire: async () => outside,
    update: () =>
      effects.ask(
        'server',
        '',
        (fact): UpdateAnswer =>
          fact?.kind === 'acknowledged' ? { kind: 'accepted', commands: fact.commands } : outside,
      ),
    workerStatus: async () => outside,
    jobStatus: async () => undefined,
    close: async () => undefined,
  }
}

function peek(effects: Effects): Promise<string> {
  return effects.ask('peek', '', (fact) => (fact?.kind === 'message' ? (fact.update.stdout ?? '') : ''))
}

/** What is sent is answered by the records, so that none of these is ever told to anybody. */
function settingsOf({ queue, launchDirectory, startTime }: Assignment): PilotSettings {
  return { ...plainSettings, queue: queue.name, launchDirectory, cleanup: false, startedAt: startTime }
}

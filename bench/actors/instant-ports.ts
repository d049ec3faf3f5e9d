import type { JobPorts } from '../../src/actors/ports.ts'
import { generic } from '../../src/experiments/generic.ts'
import type { Assignment } from '../../src/job/assignment.ts'
import type { MeasuredFile } from '../../src/job/files.ts'
import type { JobServer } from '../../src/server/port.ts'
import { plainSettings } from '../../src/simulation/plain-settings.ts'
import { silentLog } from '../../src/simulation/silent-log.ts'
import type { Copytool, TransferPlan } from '../../src/storage/port.ts'
import { MemoryDatabase } from '../../test/database/memory-database.ts'
import { processIdentity } from '../../test/model/examples.ts'

const copytool: Copytool = {
  name: 'instant',
  schemes: [],
  copy: async ({ size }) => ({ kind: 'copied', remoteSize: size, remoteChecksum: undefined, linked: true }),
}

/** Everything outside of the charts and bodies of this job, done at once: what is left is the time of the actors. */
export function instantPorts({ definition }: Assignment, server: JobServer): JobPorts {
  const promised = new Map(definition.inputs.map(({ lfn, size, checksum }) => [lfn as string, { size, checksum }]))
  const measure = (path: string): MeasuredFile => {
    const known = promised.get(path.split('/').at(-1) ?? '')
    return { size: known?.size ?? 1000, adler32: known?.checksum?.value ?? '11e60398' }
  }
  const files = {
    createDirectory: async () => {},
    removeDirectory: async () => {},
    removeFile: async () => {},
    write: async () => {},
    exists: async () => true,
    readStart: async () => '',
    readEnd: async () => '',
    link: async () => {},
    makeExecutable: async () => {},
    append: async () => {},
  }
  const planned = (lfn: string): TransferPlan => ({
    kind: 'planned',
    replicas: [{ pfn: `/store/${lfn}`, turl: `/store/${lfn}`, rse: 'HERE', copytool: copytool.name }],
  })
  return {
    server,
    connect: () => server,
    database: new MemoryDatabase(),
    experiment: generic,
    copytools: new Map([[copytool.name, copytool]]),
    files,
    outputFiles: files,
    log: silentLog(),
    live: { tell() {} },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    entropy: { random: () => 0.5, guid: () => 'AAAAAAAA-1111-2222-3333-444444444444' },
    notePandaId: async () => {},
    payloadEnvironment: () => ({}),
    credentials: {
      beforeJob: async () => ({ kind: 'good', secondsLeft: undefined }),
      duringJob: async () => ({ kind: 'good', secondsLeft: undefined }),
    },
    information: {
      queue: async () => ({ kind: 'failed', text: 'the job has its queue' }),
      endpoints: async () => ({ kind: 'failed', text: 'the job has its endpoints' }),
    },
    planner: {
      stageIn: ({ lfn }) => planned(lfn),
      stageOut: ({ lfn }) => planned(lfn),
      timeout: () => 60,
      pause: () => 1,
      catalogue: () => '<POOLFILECATALOG/>',
      outputList: () => undefined,
      needsRoom: () => false,
    },
    downloads: { fetch: async () => ({ kind: 'downloaded' }) },
    workers: {
      warm: () => {},
      measure: async (path) => ({ kind: 'measured', file: measure(path) }),
      readJobReport: async () => ({ kind: 'missing' }),
      search: async () => ({ kind: 'missing' }),
      archive: async ({ target }) => ({ kind: 'archived', file: measure(target), leftOut: [] }),
      close: async () => {},
    },
    processes: {
      launch: async () => ({ kind: 'launched', identity: processIdentity }),
      find: async () => undefined,
      neverStarted: async () => false,
      ended: async () => ({ kind: 'exited', exitCode: 0, cpuSeconds: undefined }),
      signalTree: async () => 0,
      survivors: async () => 0,
      sample: async () => undefined,
    },
    debugCommands: { run: async () => '', activeLog: async () => '' },
    disk: { freeSpace: async () => 1e12, directorySize: async () => 1000, fileSize: async () => 1000 },
    settings: { ...plainSettings, baseUrls: ['http://transforms'] },
  }
}

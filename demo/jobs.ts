import { demoQueue, demoRse } from './site.ts'

/** An input as it lies in the demo's storage. */
export interface DemoTable {
  readonly lfn: string
  readonly guid: string
  /** Bytes. */
  readonly size: number
  /** 8 lower-case hex digits. */
  readonly adler32: string
}

/** A job, and what an honest pilot makes of it. */
export interface DemoJob {
  /** At most 17 characters. */
  readonly title: string
  readonly about: string
  readonly pandaId: number
  readonly attemptNr: number
  /** The dictionary of contracts/panda-server.md 11. */
  readonly definition: Readonly<Record<string, unknown>>
  readonly expected: 'finished' | 'failed'
  readonly transExitCode: number
  /** A word that the error text at the server must hold; empty for a job that finishes. */
  readonly because: string
  /** What must be in storage afterwards. */
  readonly stored: readonly string[]
}

export interface DemoTables {
  readonly first: DemoTable
  readonly second: DemoTable
  /** Its end is missing, and size and checksum were taken of what there is: only who reads it can notice. */
  readonly truncated: DemoTable
}

export const demoScope = 'user.demo'
/** The exit code of a transform whose work failed (contracts/pilot-experiment.md 2.8). */
const executionFailed = 65

/** Three jobs of one task. `guid` makes a new GUID; `transform` is the URL the pilot downloads it from. */
export function demoJobs(transform: string, tables: DemoTables, guid: () => string): DemoJob[] {
  const succeeds = { expected: 'finished', transExitCode: 0, because: '' } as const
  const fails = { expected: 'failed', transExitCode: executionFailed, because: 'truncated' } as const
  const { first, second, truncated } = tables
  return [
    { title: 'one table', pandaId: 4001, inputs: [first], about: 'the mass spectrum of its muon pairs', ...succeeds },
    { title: 'two tables', pandaId: 4002, inputs: [first, second], about: 'one spectrum of both', ...succeeds },
    {
      title: 'a truncated table',
      pandaId: 4003,
      inputs: [first, truncated],
      about: 'its payload must fail with exit code 65',
      ...fails,
    },
  ].map(({ inputs, ...job }) => {
    const outputs = [`dimuon.${job.pandaId}.hist.json`, `dimuon.${job.pandaId}.plot.txt`]
    const log = `dimuon.${job.pandaId}.job.log.tgz`
    const definition = definitionOf(job.pandaId, { transform, inputs, outputs, log, logGuid: guid() })
    return { ...job, attemptNr: 1, definition, stored: job.expected === 'finished' ? [...outputs, log] : [log] }
  })
}

interface Contents {
  readonly transform: string
  readonly inputs: readonly DemoTable[]
  readonly outputs: readonly string[]
  readonly log: string
  readonly logGuid: string
}

function definitionOf(pandaId: number, { transform, inputs, outputs, log, logGuid }: Contents): DemoJob['definition'] {
  const perInput = (value: (input: DemoTable) => string | number) => inputs.map(value).join(',')
  const perOutput = (value: string) => [...outputs, log].map(() => value).join(',')
  const [histogram = '', plot = ''] = outputs
  return {
    PandaID: pandaId,
    attemptNr: 1,
    taskID: 400,
    jobsetID: 400,
    reqID: 400,
    jobDefinitionID: 0,
    jobName: `user.demo.dimuon.${pandaId}`,
    prodSourceLabel: 'user',
    processingType: 'panda-client-demo',
    prodUserID: '/O=panda-pilot/CN=Demo User',
    cloud: 'WORLD',
    nucleus: 'NULL',
    currentPriority: 1000,
    transformation: transform,
    jobPars: `--inputMUONSFile ${perInput(({ lfn }) => lfn)} --outputHISTFile ${histogram} --outputTXTFile ${plot}`,
    swRelease: 'NULL',
    homepackage: 'NULL',
    cmtConfig: 'NULL',
    coreCount: 1,
    minRamCount: 500,
    maxDiskCount: 500,
    maxCpuCount: 120,
    maxWalltime: 120,
    resource_type: 'SCORE',
    inFiles: perInput(({ lfn }) => lfn),
    GUID: perInput(({ guid }) => guid),
    fsize: perInput(({ size }) => size),
    checksum: perInput(({ adler32 }) => `ad:${adler32}`),
    scopeIn: perInput(() => demoScope),
    realDatasetsIn: perInput(() => `${demoScope}:${demoScope}.muons`),
    prodDBlocks: perInput(() => `${demoScope}:${demoScope}.muons`),
    prodDBlockToken: perInput(() => 'NULL'),
    dispatchDblock: perInput(() => 'NULL'),
    dispatchDBlockToken: perInput(() => 'NULL'),
    ddmEndPointIn: perInput(() => demoRse),
    outFiles: [...outputs, log].join(','),
    scopeOut: outputs.map(() => demoScope).join(','),
    realDatasets: perOutput(`${demoScope}.dimuon/`),
    destinationDblock: perOutput(`${demoScope}.dimuon`),
    destinationDBlockToken: perOutput('NULL'),
    fileDestinationSE: perOutput(demoQueue),
    ddmEndPointOut: perOutput(demoRse),
    destinationSE: demoQueue,
    logFile: log,
    logGUID: logGuid,
    scopeLog: demoScope,
    transferType: 'NULL',
    sourceSite: 'NULL',
  }
}

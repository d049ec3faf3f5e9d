import { join } from 'node:path'
import type { Ports } from '../actors/ports.ts'
import type { PilotSettings } from '../actors/settings.ts'
import { openDatabase } from '../database/pilot-database.ts'
import { sealedDatabase } from '../database/sealed-database.ts'
import { generic } from '../experiments/generic.ts'
import { systemClock } from '../host/clock.ts'
import { createDebugCommands } from '../host/debug-commands.ts'
import { createDisk } from '../host/disk.ts'
import { systemEntropy } from '../host/entropy.ts'
import { createFiles } from '../host/files.ts'
import { readNodeFacts } from '../host/node-facts.ts'
import { payloadEnvironment } from '../host/payload-environment.ts'
import { type PilotConstants, pilotEnvironment } from '../host/pilot-environment.ts'
import type { NodeFacts } from '../host/port.ts'
import { createProcesses } from '../host/processes.ts'
import { createInformation } from '../information/information.ts'
import type { QueueData } from '../job/queue-data.ts'
import { createJsonLiveView, noLiveView } from '../observe/live-json.ts'
import { notePandaId, pandaIdsFile } from '../observe/panda-ids.ts'
import type { Log } from '../observe/port.ts'
import { readAuthorities } from '../server/authorities.ts'
import type { CredentialWatch } from '../server/credential-watch-port.ts'
import { findCredentials } from '../server/credentials.ts'
import { createJobServer } from '../server/panda-server.ts'
import type { PandaServer } from '../server/port.ts'
import { createCopytools } from '../storage/copytools.ts'
import { createDownloads } from '../storage/download.ts'
import { createPlanner } from '../storage/planner.ts'
import { createWorkers } from '../workers/pool.ts'
import type { Configuration } from './configuration.ts'
import { allowCompilers, spareCompilers } from './spare-compilers.ts'
import { credentialSources, watchCredentials } from './watched-credentials.ts'

export interface AdapterOptions {
  readonly configuration: Configuration
  readonly directory: string
  /** Where the process was started. */
  readonly startDirectory: string
  readonly version: string
  readonly startedAt: number
  readonly log: Log
}

export type Adapters =
  | { readonly kind: 'made'; readonly ports: Ports; readonly close: () => Promise<void> }
  | { readonly kind: 'refused'; readonly text: string }

/** Every port with its real adapter. Refused when PilotDB cannot be opened: without it no outcome is safe. */
export async function createAdapters(options: AdapterOptions): Promise<Adapters> {
  const { configuration, directory, log } = options
  const databaseDirectory = configuration.database === '' ? join(directory, 'pilotdb') : configuration.database
  const warn = (text: string): void => log.warning(text)
  const [opened, node, { caDirectory }] = await Promise.all([
    openDatabase(databaseDirectory, { warn }),
    readNodeFacts(process.env),
    findCredentials(credentialSources(configuration)),
  ])
  if (opened.kind === 'refused') return opened
  const database = await sealedDatabase(opened.database, databaseDirectory, warn)
  const authorities = caDirectory === undefined ? [] : await readAuthorities(caDirectory).catch(() => [])
  const workers = createWorkers({ onStarting: allowCompilers, onStarted: spareCompilers })
  const processes = createProcesses()
  const copytools = createCopytools({
    xrdcp: { binary: 'xrdcp', xrdfs: 'xrdfs', environment: definedOnly(process.env) },
  })
  const outputDirectory = configuration.outputDir === '' ? directory : configuration.outputDir
  const servers: PandaServer[] = []
  const credentials = watchCredentials(configuration, serverUrl(configuration), log)
  const idsFile = pandaIdsFile(options.startDirectory, process.env)
  const constants: PilotConstants = {
    version: options.version,
    experiment: generic.name,
    directory,
    sourceDirectory: process.env.PANDA_PILOT_SOURCE ?? directory,
    outputDirectory,
    serverUrl: serverUrl(configuration),
    queueDataUrl: configuration.queueDataUrl,
    storageDataUrl: configuration.storageDataUrl,
  }
  const ports: Ports = {
    settings: settingsOf(options, node),
    information: createInformation({
      queueUrl: configuration.queueDataUrl || undefined,
      storageUrl: configuration.storageDataUrl || undefined,
      cacheDirectory: directory,
      authorities,
      proxy: process.env,
      cvmfsBase: process.env.ATLAS_SW_BASE ?? '/cvmfs',
      log: log.child('information'),
    }),
    connect(queue) {
      const server = connect(options, node, queue, credentials.watch)
      servers.push(server)
      credentials.known(server, queue)
      return server
    },
    credentials: credentials.watch,
    planner: createPlanner({
      inputDirectory: configuration.inputDir === '' ? directory : configuration.inputDir,
      outputDirectory,
      copytools,
    }),
    copytools,
    downloads: createDownloads({ authorities, proxy: process.env }),
    workers,
    processes,
    debugCommands: createDebugCommands({ redact: (text) => log.redact(text) }),
    disk: createDisk(),
    files: createFiles({ base: directory }),
    outputFiles: createFiles({ base: outputDirectory }),
    notePandaId: async (id) => {
      const problem = await notePandaId(idsFile, id)
      if (problem !== undefined) log.warning(problem)
    },
    database,
    experiment: generic,
    payloadEnvironment: ({ queue, definition }, planned) =>
      payloadEnvironment(process.env, queue, definition, { ...pilotEnvironment(constants, queue), ...planned }),
    clock: systemClock,
    entropy: systemEntropy,
    log,
    live: configuration.json ? createJsonLiveView() : noLiveView,
  }
  return {
    kind: 'made',
    ports,
    close: async () => {
      await Promise.all([
        processes.endAll(),
        workers.close(),
        database.close(),
        ...servers.map((server) => server.close()),
      ])
    },
  }
}

function connect(
  { configuration, version, log }: AdapterOptions,
  node: NodeFacts,
  queue: QueueData,
  watch: CredentialWatch,
): PandaServer {
  const { versionTag, port, workerStatusUpdate } = configuration
  const environment = process.env
  const gtag = environment.GTAG ?? 'unknown'
  return createJobServer({
    url: serverUrl(configuration),
    port,
    dialect: configuration.serverApi === 'auto' ? undefined : configuration.serverApi,
    identity: {
      siteName: queue.resource,
      computingElement: queue.resource,
      node: node.node,
      schedulerId: environment.PANDA_JSID ?? 'unknown',
      pilotId: generic.pilotId(version, versionTag, node.batchType, gtag),
      batchId: node.batchId,
      cpuConsumptionUnit: node.cpuConsumptionUnit,
      cpuArchitectureLevel: node.cpuArchitectureLevel,
      harvesterId: workerStatusUpdate ? environment.HARVESTER_ID : undefined,
      workerId: workerStatusUpdate ? environment.HARVESTER_WORKER_ID : undefined,
    },
    credentials: credentialSources(configuration),
    renewCredential: () => watch.duringJob(),
    userAgent: `pilot/${version} (Node ${process.version}; ${process.platform} ${process.arch})`,
    log: log.child('server'),
  })
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** contracts/panda-server.md 1.1. */
function serverUrl({ url }: Configuration): string {
  return url === '' ? 'https://pandaserver.cern.ch' : url
}

function settingsOf({ configuration, directory, version, startedAt }: AdapterOptions, node: NodeFacts): PilotSettings {
  const given = (text: string): string | undefined => (text === '' ? undefined : text)
  return {
    queue: configuration.queue,
    label: configuration.jobLabel,
    versionTag: configuration.versionTag,
    jobType: given(configuration.jobType),
    resourceType: given(configuration.resourceType),
    countryGroup: given(configuration.countryGroup),
    workingGroup: given(configuration.workingGroup),
    allowOtherCountry: configuration.allowOtherCountry,
    sameTask: configuration.allowSameUser,
    memory: node.memoryMB,
    node: node.node,
    version,
    launchDirectory: directory,
    cleanup: configuration.cleanup,
    baseUrls: configuration.baseUrls,
    lifetime: configuration.lifetime,
    startedAt,
    logExtras: ['pilotlog.txt', 'pilot_heartbeat.json'].map((name) => [join(directory, name), name] as const),
  }
}

import type { Ports } from '../actors/ports.ts'
import { generic } from '../experiments/generic.ts'
import { parseQueue, type QueueData } from '../job/queue-data.ts'
import type { CredentialState } from '../server/credential-watch-port.ts'
import type { CopyOrder, Downloads } from '../storage/port.ts'
import type { Content } from './happening.ts'
import type { Life } from './life.ts'
import { holds, type WorkerNode, wallClock } from './node.ts'
import { plainSettings } from './plain-settings.ts'
import type { Random } from './random.ts'
import type { CopyFault, PilotScript } from './scenario.ts'
import { silentLog } from './silent-log.ts'
import { simulatedCopytool } from './simulated-copytool.ts'
import { simulatedDatabase } from './simulated-database.ts'
import { simulatedDisk, simulatedFiles, simulatedWorkers } from './simulated-files.ts'
import { simulatedPlanner } from './simulated-planner.ts'
import { type PayloadPlan, type SimulatedProcesses, simulatedProcesses } from './simulated-processes.ts'
import { type ServerWorld, simulatedServer } from './simulated-server.ts'

export const queueName = 'SIM_QUEUE'
export const launchDirectory = '/launch'
export const transformUrl = 'http://transforms.example/trf'

/** What one pilot process is put together from. */
export interface Site {
  readonly node: WorkerNode
  readonly script: PilotScript
  /** s a pilot may live. */
  readonly lifetime: number
  readonly server: ServerWorld
  /** What lies in storage, by URL. */
  readonly storage: Map<string, Content>
  readonly planOf: (directory: string) => PayloadPlan | undefined
  readonly jobOf: (order: CopyOrder) => PayloadPlan | undefined
  readonly nextCopyFault: () => CopyFault | undefined
  /** The pilot's own chance; a new process draws on. */
  readonly chance: Random
  /** ms since the epoch, by the node's clock: when the pilot's first process began. */
  startedAt: number
}

/** Every port of the production actors, over one node of the world. */
export function simulatedPorts(site: Site, life: Life): Ports & { readonly processes: SimulatedProcesses } {
  const { node, script, storage, chance } = site
  const files = simulatedFiles(node, life)
  const tell = (moment: 'started' | 'ended', order: CopyOrder): void => {
    const key = site.jobOf(order)?.key
    if (key === undefined) return
    const { direction, lfn } = order
    node.witness({ type: `copy.${moment}`, pilot: node.pilot, key, direction, lfn }, node.clock.now)
  }
  const copytool = simulatedCopytool(life, {
    name: script.copytool,
    places: { local: node.files, remote: script.copytool === 'mv' ? node.files : storage },
    nextFault: () => site.nextCopyFault() ?? (holds(node, 'storage') === undefined ? undefined : 'fail'),
    duration: (size) => (script.copytool === 'mv' ? 5 : 2_000 + Math.floor(size / 50_000)),
    onCopy: tell,
  })
  return {
    settings: {
      ...plainSettings,
      queue: queueName,
      node: `node${node.pilot}`,
      version: 'simulated',
      launchDirectory,
      baseUrls: [transformUrl],
      lifetime: site.lifetime,
      startedAt: site.startedAt,
    },
    information: {
      queue: () => life.effect(0, () => ({ kind: 'found', value: queueOf(script), source: 'the world' })),
      endpoints: () => life.effect(0, () => ({ kind: 'found', value: new Map(), source: 'the world' })),
    },
    connect: () => simulatedServer(node, life, site.server),
    credentials: {
      beforeJob: () => life.effect(0, () => credentialState(node)),
      duringJob: () => life.effect(0, () => credentialState(node)),
    },
    planner: simulatedPlanner(script.copytool),
    copytools: new Map([[copytool.name, copytool]]),
    downloads: simulatedDownloads(node, life),
    workers: simulatedWorkers(node, life),
    processes: simulatedProcesses(node, life, site.planOf),
    debugCommands: {
      run: ({ name }) => life.effect(100, () => `${name}\nnothing to see`),
      activeLog: (directory) => life.effect(100, () => `${directory}/payload.stdout\nstill at work`),
    },
    disk: simulatedDisk(node, life),
    files,
    outputFiles: files,
    notePandaId: () => life.effect(0, () => undefined),
    database: simulatedDatabase(node, life),
    experiment: generic,
    payloadEnvironment: (_assignment, own) => ({ ...own }),
    clock: { now: () => wallClock(node), monotonic: () => node.clock.now },
    entropy: { random: () => chance.next(), guid: () => guidFrom(chance) },
    log: silentLog(),
    live: { tell: () => {} },
  }
}

const queues = new Map<number, QueueData>()

/** A queue that differs from others by its time floor alone. */
function queueOf({ timeFloor }: PilotScript): QueueData {
  const known = queues.get(timeFloor)
  if (known !== undefined) return known
  const parsed = parseQueue({ nickname: queueName, timefloor: timeFloor, maxwdir: 50_000 })
  if (parsed.kind === 'refused') throw new Error(parsed.text)
  queues.set(timeFloor, parsed.queue)
  return parsed.queue
}

function credentialState(node: WorkerNode): CredentialState {
  const fault = holds(node, 'credentials')
  if (fault === undefined) return { kind: 'good', secondsLeft: undefined }
  const name = fault.state === 'expired' ? 'CERTIFICATEHASEXPIRED' : 'NOVOMSPROXY'
  return { kind: fault.state, name, text: `the proxy is ${fault.state}` }
}

/** ms of a download; the web server shares the fate of the pilot's way to the outside. */
const downloadTime = 500

function simulatedDownloads(node: WorkerNode, life: Life): Downloads {
  return {
    fetch: (_url, path, signal) =>
      life.effect(downloadTime, () => {
        if (signal.aborted) return { kind: 'failed', text: 'it was given up', again: false }
        if (holds(node, 'partition') !== undefined) return { kind: 'failed', text: 'ETIMEDOUT', again: true }
        if (holds(node, 'disk full') !== undefined) return { kind: 'failed', text: 'ENOSPC', again: false }
        node.files.set(path, { size: 1000, adler32: '000003e8' })
        return { kind: 'downloaded' }
      }),
  }
}

function guidFrom(chance: Random): string {
  const digits = `${chance.hex()}${chance.hex()}${chance.hex()}${chance.hex()}`.toUpperCase()
  const part = (from: number, to: number) => digits.slice(from, to)
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-A${part(17, 20)}-${part(20, 32)}`
}

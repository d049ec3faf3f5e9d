import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DialectName } from '../../src/standin/dialect.ts'
import type { FaultScript } from '../../src/standin/front/faults.ts'
import { type FrontOptions, type ObservedCall, openFront } from '../../src/standin/front/front.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import type { Job } from '../../src/standin/model/job.ts'
import { addJob, createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { completeJob } from '../../src/standin/trial-job.ts'
import { adler32Of } from '../storage/adler32.ts'
import { endMarked } from './marked-processes.ts'
import { type PilotRun, startPilot } from './pilot-run.ts'

export const queue = 'E2E_QUEUE'
export const rse = 'E2E_DISK'
/** Scope of every file. */
export const scope = 'trial'
const task = 4711
const firstPandaId = 7001

export interface SiteOptions {
  readonly dialects?: readonly DialectName[]
  readonly front?: Partial<FrontOptions>
  readonly faults?: FaultScript
  /** Changes to the queue document. */
  readonly queue?: Readonly<Record<string, unknown>>
  /** Protocols of the one endpoint, for tools other than `mv`. */
  readonly protocol?: { readonly endpoint: string; readonly path: string }
  /** The pilots look after their credentials: without the options -t and -y. */
  readonly credentials?: boolean
}

export interface InputFile {
  readonly lfn: string
  readonly size: number
  /** Bare, eight hex digits. */
  readonly adler32: string
}

/** A job in few words; `wire` sets fields of its definition as they are sent. */
export interface WantedJob {
  /** Name below the allowed base URL; the payload of the tests unless another is given. */
  readonly transform?: string
  readonly pars?: string
  readonly inputs?: readonly InputFile[]
  readonly outputs?: readonly string[]
  readonly wire?: Readonly<Record<string, unknown>>
}

/** A stand-in server, a queue with mounted storage, and the directory in which pilots are started. */
export interface Site extends AsyncDisposable {
  readonly directory: string
  readonly launch: string
  /** Every process of a payload has it in its environment, as `E2E_MARK`. */
  readonly mark: string
  readonly panda: Panda
  readonly calls: readonly ObservedCall[]
  input(lfn: string, content: string | Uint8Array): Promise<InputFile>
  /** Hands a job to the server; resolves to its PandaID. */
  offer(job: WantedJob): number
  /** Starts bin/pilot with the options of the issue, `--json` and these. */
  pilot(options?: readonly string[], environment?: Readonly<Record<string, string>>): PilotRun
  /** Starts bin/pilot with the options of the issue and no other: its events are not seen. */
  plainPilot(): PilotRun
  /** What the server thinks of a job, the Adder's work done. */
  job(pandaId: number): Job
  /** States the pilot reported, in the order they were accepted. */
  reported(pandaId: number): (string | null)[]
  jobDirectory(pandaId: number): string
  closeServer(): Promise<void>
}

export async function openSite(options: SiteOptions = {}): Promise<Site> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pilot-e2e-')))
  const mark = randomUUID()
  const [launch, web] = [join(directory, 'launch'), join(directory, 'web')]
  const documents = { queue: join(directory, 'queuedata.json'), storage: join(directory, 'ddmendpoints.json') }
  await mkdir(launch)
  await mkdir(join(web, 'trf/user'), { recursive: true })
  await copyFile(join(import.meta.dirname, 'payload.sh'), join(web, 'trf/user/payload.sh'))
  await writeFile(documents.queue, JSON.stringify(queueDocument(mark, options)))
  await writeFile(documents.storage, JSON.stringify(endpointDocument(options)))

  const panda = createPanda()
  const calls: ObservedCall[] = []
  const front = await openFront({
    panda,
    trustPlainHttp: true,
    staticDir: web,
    onRequest: (call) => calls.push(call),
    ...(options.dialects === undefined ? {} : { dialects: options.dialects }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...options.front,
  })
  const url = `${options.front?.tls === undefined ? 'http' : 'https'}://127.0.0.1`
  const base = `${url}:${front.port}/trf/user`
  const pilots: PilotRun[] = []
  let nextPandaId = firstPandaId

  function start(extra: readonly string[], environment: Readonly<Record<string, string>>): PilotRun {
    const line = issueLine(url, front.port, documents, base)
    const careless = options.credentials === true ? [] : ['-t', '-y']
    const given = [...line, ...careless, ...extra]
    const pilot = startPilot({
      launch,
      options: given,
      environment: { HOME: directory, TMPDIR: directory, ...environment },
    })
    pilots.push(pilot)
    return pilot
  }

  return {
    directory,
    launch,
    mark,
    panda,
    calls,
    async input(lfn, content) {
      const bytes = Buffer.from(content)
      await writeFile(join(launch, lfn), bytes)
      return { lfn, size: bytes.length, adler32: adler32Of(bytes).value }
    },
    offer({ transform = 'payload.sh', pars = '', inputs = [], outputs = [], wire = {} }) {
      const PandaID = nextPandaId++
      const list = (of: (file: InputFile) => unknown) => inputs.map(of)
      const job = completeJob(
        {
          transformation: `${base}/${transform}`,
          taskID: task,
          prodSourceLabel: 'user',
          jobPars: pars,
          inFiles: list(({ lfn }) => lfn),
          fsize: list(({ size }) => size),
          checksum: list(({ adler32 }) => `ad:${adler32}`),
          GUID: list(() => randomUUID()),
          ddmEndPointIn: list(() => rse),
          scopeIn: list(() => scope),
          scopeOut: outputs.map(() => scope),
          scopeLog: scope,
          outFiles: outputs,
          ddmEndPointOut: [...outputs, 'log'].map(() => rse),
          logFile: `job.${PandaID}.log.tgz`,
        },
        PandaID,
        randomUUID(),
      )
      if (job.kind === 'refused') throw new Error(job.text)
      addJob(panda, Date.now(), { ...job.definition, ...wire })
      return PandaID
    },
    pilot: (extra = [], environment = {}) => start(['--json', ...extra], environment),
    plainPilot: () => start([], {}),
    job(pandaId) {
      runAdder(panda, Date.now())
      const job = panda.jobs.get(pandaId)
      if (job === undefined) throw new Error(`the server knows no job ${pandaId}`)
      return job
    },
    reported: (pandaId) =>
      historyOf(panda, pandaId)
        .filter(({ call }) => call === 'update')
        .map(({ asked }) => asked),
    jobDirectory: (pandaId) => join(launch, `PanDA_Pilot-${pandaId}`),
    closeServer: () => front.close(),
    async [Symbol.asyncDispose]() {
      await Promise.all(pilots.map((pilot) => pilot.kill()))
      endMarked(mark)
      await front.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The options with which a pilot is tried out, as the issue writes them. */
function issueLine(url: string, port: number, documents: { queue: string; storage: string }, base: string): string[] {
  return [
    ['--pilot-user', 'generic', '-q', queue, '-j', 'user', '-w', 'generic', '--url', url, '-p', String(port)],
    ['--queuedata-url', documents.queue, '--storagedata-url', documents.storage, '-b'],
    ['--cleanup', 'False', '--baseurls', base, '--use-rucio-traces', 'False', '--lifetime', '3600'],
  ].flat()
}

function queueDocument(mark: string, { queue: changes, protocol }: SiteOptions): object {
  const tool = protocol === undefined ? 'mv' : 'xrdcp'
  const activities = ['pr', 'pw', 'pl', 'read_lan', 'write_lan', 'default']
  return {
    nickname: queue,
    panda_resource: queue,
    atlas_site: 'E2E',
    type: 'unified',
    state: 'ACTIVE',
    status: 'online',
    resource_type: 'GRID',
    copytools: { [tool]: { setup: '' } },
    acopytools: Object.fromEntries(activities.map((activity) => [activity, [tool]])),
    astorages: Object.fromEntries(activities.map((activity) => [activity, [rse]])),
    environ: `E2E_MARK=${mark}`,
    maxwdir: 20_000,
    maxrss: 16_000,
    maxtime: 86_400,
    timefloor: 0,
    corecount: 1,
    ...changes,
  }
}

function endpointDocument({ protocol = { endpoint: 'file://localhost', path: '/e2e/' } }: SiteOptions): object {
  const activities = ['read_lan', 'read_wan', 'write_lan', 'write_wan']
  const arprotocols = Object.fromEntries(activities.map((activity) => [activity, [protocol]]))
  return { [rse]: { id: 1, name: rse, state: 'ACTIVE', site: 'E2E', is_deterministic: true, arprotocols } }
}

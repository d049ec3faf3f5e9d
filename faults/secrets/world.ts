import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FrontOptions, type ObservedCall, openFront } from '../../src/standin/front/front.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import type { Job } from '../../src/standin/model/job.ts'
import { addJob, createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { completeJob } from '../../src/standin/trial-job.ts'
import { adler32, formatAdler32 } from '../../src/workers/adler32.ts'
import { endMarked } from '../../test/e2e/marked-processes.ts'

const queue = 'SECRET_QUEUE'
const rse = 'SECRET_DISK'
export const pandaId = 7001

/** One server with one job, and the directories of one pilot. */
export interface World extends AsyncDisposable {
  readonly directory: string
  /** Where the pilot is started and works. */
  readonly launch: string
  readonly jobDirectory: string
  readonly panda: Panda
  /** Everything the server was asked. */
  readonly calls: readonly ObservedCall[]
  readonly queueDocument: string
  readonly options: readonly string[]
  /** Hands over the job; `inputs`: name and content of its files. */
  offer(jobPars: string, inputs: Readonly<Record<string, string>>, wire: object): Promise<void>
  /** What the server thinks of the job, the Adder's work done. */
  job(): Job
}

export async function openWorld(frontOptions: Omit<FrontOptions, 'panda'>): Promise<World> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pilot-secrets-')))
  const at = (name: string): string => join(directory, name)
  const mark = randomUUID()
  for (const name of ['launch', 'web/trf/user']) await mkdir(at(name), { recursive: true })
  await copyFile(join(import.meta.dirname, 'payload.sh'), at('web/trf/user/payload.sh'))
  await writeFile(at('queue.json'), JSON.stringify(queueDocument(mark)))
  await writeFile(at('endpoints.json'), JSON.stringify(endpointDocument()))
  const panda = createPanda()
  const calls: ObservedCall[] = []
  const front = await openFront({
    ...frontOptions,
    panda,
    staticDir: at('web'),
    onRequest: (call) => calls.push(call),
  })
  const base = `https://127.0.0.1:${front.port}/trf/user`
  return {
    directory,
    launch: at('launch'),
    jobDirectory: at(`launch/PanDA_Pilot-${pandaId}`),
    panda,
    calls,
    queueDocument: at('queue.json'),
    options: [
      ['--pilot-user', 'generic', '-q', queue, '-j', 'user', '-w', 'generic', '-b', '-t', '-y', '--cleanup', 'False'],
      ['--url', 'https://127.0.0.1', '-p', String(front.port), '--storagedata-url', at('endpoints.json')],
      ['--baseurls', base, '--use-rucio-traces', 'False', '--lifetime', '3600', '--json', '-d'],
    ].flat(),
    async offer(jobPars, inputs, wire) {
      for (const [name, content] of Object.entries(inputs)) await writeFile(join(at('launch'), name), content)
      const made = completeJob(
        { ...jobOf(base, jobPars, inputs), logFile: `job.${pandaId}.log.tgz` },
        pandaId,
        randomUUID(),
      )
      if (made.kind === 'refused') throw new Error(made.text)
      addJob(panda, Date.now(), { ...made.definition, ...wire })
    },
    job() {
      runAdder(panda, Date.now())
      const job = panda.jobs.get(pandaId)
      if (job === undefined) throw new Error('the job was not offered')
      return job
    },
    async [Symbol.asyncDispose]() {
      endMarked(mark)
      await front.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function jobOf(base: string, jobPars: string, inputs: Readonly<Record<string, string>>): Record<string, unknown> {
  const contents = Object.values(inputs).map((content) => Buffer.from(content))
  return {
    transformation: `${base}/payload.sh`,
    taskID: 4711,
    prodSourceLabel: 'user',
    jobPars,
    inFiles: Object.keys(inputs),
    fsize: contents.map(({ length }) => length),
    checksum: contents.map((content) => `ad:${formatAdler32(adler32(content))}`),
    GUID: contents.map(() => randomUUID()),
    ddmEndPointIn: contents.map(() => rse),
    ddmEndPointOut: [rse],
  }
}

function queueDocument(mark: string): object {
  const activities = ['pr', 'pw', 'pl', 'read_lan', 'write_lan', 'default']
  return {
    nickname: queue,
    panda_resource: queue,
    atlas_site: 'SECRET',
    type: 'unified',
    state: 'ACTIVE',
    status: 'online',
    resource_type: 'GRID',
    copytools: { mv: { setup: '' } },
    acopytools: Object.fromEntries(activities.map((activity) => [activity, ['mv']])),
    astorages: Object.fromEntries(activities.map((activity) => [activity, [rse]])),
    environ: `E2E_MARK=${mark}`,
    maxwdir: 20_000,
    maxrss: 16_000,
    maxtime: 86_400,
    timefloor: 0,
    corecount: 1,
  }
}

function endpointDocument(): object {
  const activities = ['read_lan', 'read_wan', 'write_lan', 'write_wan']
  const protocol = { endpoint: 'file://localhost', path: '/secret/' }
  const arprotocols = Object.fromEntries(activities.map((activity) => [activity, [protocol]]))
  return { [rse]: { id: 1, name: rse, state: 'ACTIVE', site: 'SECRET', is_deterministic: true, arprotocols } }
}

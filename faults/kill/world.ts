import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Front, openFront } from '../../src/standin/front/front.ts'
import { addJob, createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { completeJob } from '../../src/standin/trial-job.ts'
import { adler32, formatAdler32 } from '../../src/workers/adler32.ts'
import { type KillNotes, killNotes } from './kill-notes.ts'

const queue = 'KILL_QUEUE'
const rse = 'KILL_DISK'
const pandaId = 9001
/** Offered too: a pilot with one slot that had the first job must leave it, killed or not. */
const otherPandaId = 9002

const inputs = [
  { lfn: 'first.in', content: 'eight quarks and a gluon' },
  { lfn: 'second.in', content: 'a muon, late for its pair' },
] as const

/**
 * The house in which all pilots of the harness live: bin/pilot as it is, and in the place of src/main.ts the entry with
 * the kill point.
 */
export interface House extends AsyncDisposable {
  readonly directory: string
  readonly pilot: string
}

export async function openHouse(): Promise<House> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pilot-kill-')))
  const pilot = join(directory, 'bin/pilot')
  await mkdir(join(directory, 'bin'))
  await mkdir(join(directory, 'src'))
  await copyFile(join(import.meta.dirname, '../../bin/pilot'), pilot)
  await symlink(join(import.meta.dirname, 'pilot-with-kill-point.ts'), join(directory, 'src/main.ts'))
  return {
    directory,
    pilot,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** One server with one job, and the directories of one pilot. */
export interface World extends AsyncDisposable {
  readonly panda: Panda
  readonly pandaId: number
  readonly otherPandaId: number
  readonly launch: string
  /** Where outputs and the log are to arrive. */
  readonly destination: string
  readonly notes: KillNotes
  readonly options: readonly string[]
  /** When the server was called, ms since the epoch, in order. */
  readonly calls: readonly number[]
}

/** `seconds`: how long the payload runs. */
export async function openWorld(house: House, seconds: number): Promise<World> {
  const directory = await mkdtemp(join(house.directory, 'run-'))
  const at = (name: string): string => join(directory, name)
  for (const name of ['launch', 'work', 'in', 'out', 'web/trf/user', 'tmp']) await mkdir(at(name), { recursive: true })
  const notes = killNotes(at('notes'))
  await copyFile(join(import.meta.dirname, 'payload.sh'), at('web/trf/user/payload.sh'))
  await writeFile(at('queue.json'), JSON.stringify(queueDocument()))
  await writeFile(at('endpoints.json'), JSON.stringify(endpointDocument()))
  for (const { lfn, content } of inputs) await writeFile(join(at('in'), lfn), content)

  const panda = createPanda()
  const calls: number[] = []
  const front = await openFront({
    panda,
    trustPlainHttp: true,
    dialects: ['v1'],
    staticDir: at('web'),
    onRequest: () => calls.push(Date.now()),
  })
  const base = `http://127.0.0.1:${front.port}/trf/user`
  offer(panda, pandaId, base, `${notes.payloadFile} ${seconds}`)
  offer(panda, otherPandaId, base, `${notes.payloadFile}-other ${seconds}`)
  return {
    panda,
    pandaId,
    otherPandaId,
    launch: at('launch'),
    destination: at('out'),
    notes,
    options: optionsFor(directory, front, base),
    calls,
    async [Symbol.asyncDispose]() {
      await front.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function optionsFor(directory: string, front: Front, base: string): readonly string[] {
  const at = (name: string): string => join(directory, name)
  return [
    ['--pilot-user', 'generic', '-q', queue, '-j', 'user', '-w', 'generic', '-b', '-t', '-y'],
    ['--url', 'http://127.0.0.1', '-p', String(front.port), '--server-api', 'v1'],
    ['--queuedata-url', at('queue.json'), '--storagedata-url', at('endpoints.json'), '--baseurls', base],
    ['--workdir', at('work'), '--input-dir', at('in'), '--output-dir', at('out')],
    // One answer without a job is enough: a pilot that lost its job to a kill has none to wait for.
    ['--use-rucio-traces', 'False', '--lifetime', '3600', '--getjobrequests', '1', '--getjobfailures', '1'],
  ].flat()
}

function offer(panda: Panda, pandaId: number, base: string, jobPars: string): void {
  const made = completeJob(
    {
      transformation: `${base}/payload.sh`,
      taskID: 4711,
      prodSourceLabel: 'user',
      jobPars,
      inFiles: inputs.map(({ lfn }) => lfn),
      fsize: inputs.map(({ content }) => content.length),
      checksum: inputs.map(({ content }) => `ad:${formatAdler32(adler32(Buffer.from(content)))}`),
      GUID: inputs.map(() => randomUUID()),
      ddmEndPointIn: inputs.map(() => rse),
      outFiles: ['first.out', 'second.out'],
      ddmEndPointOut: [rse, rse, rse],
      logFile: `job.${pandaId}.log.tgz`,
    },
    pandaId,
    randomUUID(),
  )
  if (made.kind === 'refused') throw new Error(made.text)
  addJob(panda, Date.now(), made.definition)
}

function queueDocument(): object {
  const activities = ['pr', 'pw', 'pl', 'read_lan', 'write_lan', 'default']
  return {
    nickname: queue,
    panda_resource: queue,
    atlas_site: 'KILL',
    type: 'unified',
    state: 'ACTIVE',
    status: 'online',
    resource_type: 'GRID',
    copytools: { cp: { setup: '' } },
    acopytools: Object.fromEntries(activities.map((activity) => [activity, ['cp']])),
    astorages: Object.fromEntries(activities.map((activity) => [activity, [rse]])),
    maxwdir: 20_000,
    maxrss: 16_000,
    maxtime: 86_400,
    timefloor: 0,
    corecount: 1,
  }
}

function endpointDocument(): object {
  const activities = ['read_lan', 'read_wan', 'write_lan', 'write_wan']
  const protocol = { endpoint: 'file://localhost', path: '/kill/' }
  const arprotocols = Object.fromEntries(activities.map((activity) => [activity, [protocol]]))
  return { [rse]: { id: 1, name: rse, state: 'ACTIVE', site: 'KILL', is_deterministic: true, arprotocols } }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runAdder } from '../../src/standin/model/adder.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import type { Job } from '../../src/standin/model/job.ts'
import { runWatcher } from '../../src/standin/model/watcher.ts'
import { adler32, formatAdler32 } from '../../src/workers/adler32.ts'
import type { World } from './world.ts'

/** What became of a job, by the server's history, the storage and the payload's own notes. */
export interface Judgement {
  /**
   * `not taken`: no pilot got it. `handed over unheard`: the pilot died before the server's answer was in PilotDB; nobody
   * can know that job, and the server's watcher fails it when its clock has run out.
   */
  readonly outcome: 'finished' | 'failed' | 'not taken' | 'handed over unheard' | 'none'
  /** Why it failed, as the server keeps it. */
  readonly failure: string
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
  readonly falseSuccess: readonly string[]
}

/** ms: more than the watcher gives a job of which it never hears (contracts/panda-server.md 12). */
const watcherPatience = 31 * 60_000

export async function judge(world: World, supervised: 'ended' | 'hung'): Promise<Judgement> {
  const { panda, pandaId, otherPandaId, notes } = world
  runAdder(panda, Date.now())
  const job = panda.jobs.get(pandaId)
  if (job === undefined) throw new Error(`the server forgot job ${pandaId}`)
  const lost = supervised === 'hung' ? ['the pilot did not end'] : []
  const unheard = job.state === 'sent' && !notes.recorded().includes(`${pandaId}.1 definition`)
  if (unheard) runWatcher(panda, Date.now() + watcherPatience)
  const other = panda.jobs.get(otherPandaId)
  if (other?.state !== 'activated' && other?.outcome !== 'finished') lost.push(`the other job is ${other?.state}`)
  if (job.state !== 'activated' && job.outcome === null) lost.push(`the server still has it as ${job.state}`)
  return {
    outcome: unheard ? 'handed over unheard' : outcomeOf(job),
    failure: job.outcome === 'failed' ? failureOf(job) : '',
    lost,
    duplicated: [
      ...duplicates(world),
      ...(await doubleLines(world)),
      ...(!unheard && other?.state !== 'activated' ? ['a second job was taken into the one slot'] : []),
    ],
    falseSuccess: job.outcome === 'finished' ? await lies(world, job) : [],
  }
}

function outcomeOf({ state, outcome }: Job): Judgement['outcome'] {
  if (state === 'activated') return 'not taken'
  return outcome === 'finished' || outcome === 'failed' ? outcome : 'none'
}

function failureOf({ fields, errors }: Job): string {
  const said = Object.entries({ ...fields, ...errors }).filter(
    ([name, value]) => /(ErrorCode|ErrorDiag|ExitCode)$/.test(name) && value !== 0 && value !== '',
  )
  return said.map(([name, value]) => `${name} ${value}`).join(', ')
}

/** Effects that took place twice. A repeated message is none: the server answers `alreadydone` and stays as it is. */
function duplicates({ panda, pandaId, notes }: World): readonly string[] {
  const found: string[] = []
  const history = historyOf(panda, pandaId)
  const finals = history.filter(({ call, asked }) => call === 'update' && (asked === 'finished' || asked === 'failed'))
  const counted = finals.filter(({ answer }) => answer !== 'alreadydone')
  if (counted.length > 1) found.push(`${counted.length} final updates counted`)
  if (new Set(finals.map(({ asked }) => asked)).size > 1) found.push('told finished as well as failed')
  const acquired = history.filter(({ call }) => call === 'acquire').length
  if (acquired > 1) found.push(`handed over ${acquired} times`)
  const settled = history.filter(({ call }) => call === 'adder').length
  if (settled > 1) found.push(`settled ${settled} times`)
  const starts = notes.payload().filter((line) => line === 'start').length
  if (starts > 1) found.push(`the payload ran ${starts} times`)
  return found
}

/** ARC brings away what output.list names: each file once. */
async function doubleLines({ destination }: World): Promise<readonly string[]> {
  const lines = await outputList(destination)
  const twice = new Set(lines.filter((line, index) => lines.indexOf(line) !== index))
  return [...twice].map((line) => `output.list names ${line.split(' ')[0]} more than once`)
}

async function outputList(destination: string): Promise<readonly string[]> {
  const text = await readFile(join(destination, 'output.list'), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean)
}

/** Everything that is not as a finished job promises. */
async function lies({ panda, pandaId, destination, notes }: World, job: Job): Promise<readonly string[]> {
  const found: string[] = []
  if (!notes.payload().includes('end')) found.push('the payload never came to its end')
  const log = `job.${pandaId}.log.tgz`
  const listed = await outputList(destination)
  for (const lfn of ['first.out', 'second.out', log]) {
    const told = job.files.get(lfn)
    const bytes = await readFile(join(destination, lfn)).catch(() => undefined)
    if (told === undefined || bytes === undefined) {
      found.push(`${lfn} is ${told === undefined ? 'not reported' : 'not at its destination'}`)
      continue
    }
    if (!listed.some((line) => line.startsWith(`${lfn} `))) found.push(`output.list does not name ${lfn}`)
    if (told.fsize !== bytes.length) found.push(`${lfn} has ${bytes.length} bytes, ${told.fsize} were reported`)
    const checksum = `ad:${formatAdler32(adler32(bytes))}`
    if (told.checksum !== checksum) found.push(`${lfn} has ${checksum}, ${told.checksum} was reported`)
  }
  const settled = historyOf(panda, pandaId).find(({ call }) => call === 'adder')
  if (settled?.after !== 'finished') found.push(`the server settled it as ${settled?.after}`)
  return found
}

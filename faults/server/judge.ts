import { historyOf } from '../../src/standin/model/history.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { runWatcher } from '../../src/standin/model/watcher.ts'
import type { Site } from '../../test/e2e/site.ts'

/** What there is to judge by: the server's history first, and what the payloads wrote down themselves. */
export interface Evidence {
  readonly site: Site
  readonly ids: readonly number[]
  /** What every payload ends with by itself. */
  readonly exitCode: number
  /** Lines that a job's payload wrote. */
  ledger(pandaId: number): readonly string[]
  readonly log: string
}

/** Numbers of jobs; each has a sentence. */
export interface Verdict {
  readonly outcomes: readonly string[]
  readonly lost: number
  readonly duplicated: number
  readonly falseSuccess: number
  readonly disturbed: number
  /** Handed over unheard, said to be so by the pilot, and failed by the server's clock. */
  readonly orphaned: number
  readonly sentences: readonly string[]
}

/** ms after which the server fails a job that nobody spoke of (contracts/panda-server.md 12), and a little more. */
const sentClock = 31 * 60_000

export function judge({ site, ids, exitCode, ledger, log }: Evidence): Verdict {
  const { panda } = site
  const sentences: string[] = []
  const count = { lost: 0, duplicated: 0, falseSuccess: 0, disturbed: 0, orphaned: 0 }
  const charge = (what: keyof typeof count, sentence: string): void => {
    count[what] += 1
    sentences.push(`${what}: ${sentence}`)
  }
  const acquired = ids.filter((id) => historyOf(panda, id).some(({ call }) => call === 'acquire'))
  const orphans = acquired.filter((id) => updatesOf(panda, id).length === 0)
  const outcomes: string[] = []
  for (const id of acquired.filter((id) => !orphans.includes(id))) {
    const { outcome } = site.job(id)
    outcomes.push(outcome ?? 'none')
    const said = updatesOf(panda, id)
    const adder = historyOf(panda, id).filter(({ call }) => call === 'adder')
    const lines = ledger(id)
    if (outcome === null || adder.length === 0) charge('lost', `job ${id} has no outcome from this pilot`)
    if (adder.length > 1) charge('duplicated', `job ${id} was concluded ${adder.length} times`)
    if (new Set(said.filter(isFinal)).size > 1) charge('duplicated', `job ${id} was told ${said.join(', ')}`)
    if (said.includes('finished') && (exitCode !== 0 || lines.at(-1) !== 'end')) {
      charge('falseSuccess', `job ${id} is said to be finished, its payload ended with ${exitCode}`)
    }
    if (lines.join(' ') !== 'begin end') charge('disturbed', `the payload of job ${id} wrote “${lines.join(' ')}”`)
    const own = exitCode === 0 ? 'finished' : 'failed'
    if (outcome !== own) charge('disturbed', `job ${id} is ${outcome}, by its payload alone it were ${own}`)
  }
  const named = log.match(/no answer to the request for a job/g)?.length ?? 0
  runWatcher(panda, Date.now() + sentClock)
  for (const [index, id] of orphans.entries()) {
    if (index >= named) charge('lost', `job ${id} was handed over unheard, and the log does not say so`)
    else if (panda.jobs.get(id)?.errors.jobDispatcherErrorCode !== 102) charge('lost', `job ${id} stays sent`)
    else count.orphaned += 1
    if (ledger(id).length > 0) charge('disturbed', `job ${id} ran although the server never heard of it`)
  }
  if (outcomes.length === 0) sentences.push('no job was run')
  return { ...count, outcomes, sentences }
}

function updatesOf(panda: Panda, id: number): (string | null)[] {
  return historyOf(panda, id)
    .filter(({ call }) => call === 'update')
    .map(({ asked }) => asked)
}

function isFinal(state: string | null): boolean {
  return state === 'finished' || state === 'failed'
}

import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { WorldSize } from './nemesis.ts'
import type { Breach, Count } from './promises/promise.ts'
import { type ProfileName, profileNames } from './scenario.ts'

/** What a campaign is asked for. */
export interface CampaignOrder {
  readonly histories: number
  /** The first seed; the others follow it. */
  readonly seed: number
  /** Undefined: each seed has one of all. */
  readonly profile: ProfileName | undefined
  readonly size: WorldSize
  /** The name of a known bug, put into every pilot. */
  readonly bug: string | undefined
  /** The campaign ends with the first history in which a promise is broken. */
  readonly untilBroken: boolean
}

/** One history of a campaign. */
export interface Result {
  readonly seed: number
  readonly steps: number
  readonly hash: string
  readonly breaches: readonly Breach[]
}

/** Seeds that a thread runs at one go. */
export interface Batch extends Omit<CampaignOrder, 'histories'> {
  readonly histories: number
}

/** `counts`: how many histories broke a promise of that kind. */
export interface Campaign {
  readonly histories: number
  readonly steps: number
  readonly counts: Readonly<Record<Count, number>>
  /** SHA-256 of the hashes of all histories, in the order of their seeds. */
  readonly hash: string
  /** In the order of their seeds. */
  readonly broken: readonly Result[]
}

/** Small enough that no thread waits long for the last one, and that a bug that is found ends the search soon. */
const batchSize = 10

/** The profile under which a seed is run. */
export function profileOf(seed: number, { profile }: Pick<CampaignOrder, 'profile'>): ProfileName {
  return profile ?? profileNames[seed % profileNames.length] ?? 'chaos'
}

/** Runs the histories on every core. What comes out is the same whatever their number. */
export async function runCampaign(
  order: CampaignOrder,
  onProgress: (done: number, broken: number) => void = () => {},
  threads = availableParallelism(),
): Promise<Campaign> {
  const results = new Map<number, Result>()
  let nextSeed = order.seed
  let lastSeed = order.seed + order.histories
  let broken = 0
  const note = (result: Result): void => {
    results.set(result.seed, result)
    if (result.breaches.length === 0) return
    broken += 1
    // Earlier seeds that are under way are waited for, so that the first one is the first.
    if (order.untilBroken) lastSeed = Math.min(lastSeed, result.seed + 1)
  }
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./campaign-worker.ts', import.meta.url), { execArgv: [] })
    try {
      while (nextSeed < lastSeed) {
        const seed = nextSeed
        nextSeed += batchSize
        const histories = Math.min(batchSize, order.seed + order.histories - seed)
        for (const result of await ask(worker, { ...order, seed, histories })) note(result)
        onProgress(results.size, broken)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: threads }, work))
  return summary([...results.values()].filter(({ seed }) => seed < lastSeed))
}

function ask(worker: Worker, batch: Batch): Promise<readonly Result[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (results: readonly Result[]) => {
      worker.off('error', reject)
      resolve(results)
    })
    worker.postMessage(batch)
  })
}

function summary(results: readonly Result[]): Campaign {
  const sorted = results.toSorted((a, b) => a.seed - b.seed)
  const counts: Record<Count, number> = { lost: 0, duplicated: 0, falseSuccess: 0, stuck: 0, broken: 0 }
  for (const { breaches } of sorted)
    for (const count of new Set(breaches.map((breach) => breach.count))) counts[count] += 1
  const hash = createHash('sha256')
  for (const result of sorted) hash.update(result.hash)
  return {
    histories: sorted.length,
    steps: sorted.reduce((sum, { steps }) => sum + steps, 0),
    counts,
    hash: hash.digest('hex'),
    broken: sorted.filter(({ breaches }) => breaches.length > 0),
  }
}

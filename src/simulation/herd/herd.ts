import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ShareMessage, ShareOrder } from './herd-worker.ts'
import { actsOf, type HerdOrder } from './order.ts'
import { shares } from './share.ts'
import { sumOf, type Tally } from './tally.ts'

/**
 * Plays an outage of the server with production pilots, on every core. The same order gives the same, whatever the number of
 * threads. `tell` hears how far it is, from 0 to 1. Rejects when a thread breaks.
 */
export async function playHerd(
  order: HerdOrder,
  tell: (done: number) => void = () => {},
  threads = availableParallelism(),
): Promise<Tally> {
  const done = new Array<number>(shares).fill(0)
  const tallies: Tally[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < shares) {
      const share = next++
      tallies[share] = await play({ order, share }, (part) => {
        done[share] = part
        tell(done.reduce((sum, each) => sum + each, 0) / shares)
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, shares) }, work))
  return sumOf(actsOf(order), tallies)
}

function play(workerData: ShareOrder, tell: (done: number) => void): Promise<Tally> {
  const file = new URL(`./herd-worker${extname(import.meta.url)}`, import.meta.url)
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, { workerData, execArgv: [] })
    thread.on('error', reject)
    thread.on('message', (message: ShareMessage) => {
      if (message.type === 'on the way') tell(message.done)
      else resolve(message.tally)
    })
  })
}

// A thread that plays one share, and tells how far it is on the way.

import { parentPort, workerData } from 'node:worker_threads'
import type { HerdOrder } from './order.ts'
import { playShare } from './share.ts'
import type { Tally } from './tally.ts'

export interface ShareOrder {
  readonly order: HerdOrder
  readonly share: number
}

export type ShareMessage =
  | { readonly type: 'on the way'; readonly done: number }
  | { readonly type: 'over'; readonly tally: Tally }

const { order, share }: ShareOrder = workerData
const say = (message: ShareMessage): void => parentPort?.postMessage(message)
say({ type: 'over', tally: await playShare(order, share, (done) => say({ type: 'on the way', done })) })

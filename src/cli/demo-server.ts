import type { DemoJob } from '../../demo/jobs.ts'
import { openFront } from '../standin/front/front.ts'
import { runAdder } from '../standin/model/adder.ts'
import type { HistoryEvent } from '../standin/model/history.ts'
import { addJob, createPanda, type Panda } from '../standin/model/panda.ts'
import { runWatcher } from '../standin/model/watcher.ts'
import type { DemoWorld } from './demo-world.ts'

export interface DemoServer {
  readonly url: string
  readonly panda: Panda
  readonly offer: (jobs: readonly DemoJob[]) => void
  /** Works off what is waiting. */
  readonly settle: () => void
  readonly close: () => Promise<void>
}

/** Lets `holding` be seen before the Adder settles a job; the real one takes minutes. */
const housekeepingMs = 300

/** Opens the stand-in on a free port of this machine, over HTTPS. `tell` hears everything that happens to a job there. */
export async function openDemoServer(world: DemoWorld, tell: (event: HistoryEvent) => void): Promise<DemoServer> {
  const panda = createPanda()
  let told = 0
  const news = () => {
    for (const event of panda.history.slice(told)) tell(event)
    told = panda.history.length
  }
  const housekeep = () => {
    runAdder(panda, Date.now())
    runWatcher(panda, Date.now())
    news()
  }
  const front = await openFront({ panda, tls: world.tls, staticDir: world.web, onRequest: news })
  const timer = setInterval(housekeep, housekeepingMs)
  return {
    url: front.url,
    panda,
    offer: (jobs) => {
      for (const { definition } of jobs) addJob(panda, Date.now(), definition)
    },
    settle: housekeep,
    close: async () => {
      clearInterval(timer)
      await front.close()
    },
  }
}

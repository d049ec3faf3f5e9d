import { setTimeout } from 'node:timers/promises'
import type { Figures } from '../bench.ts'
import { type Ground, prepareRun } from '../whole-pilot/ground.ts'
import { jobDefinition } from '../whole-pilot/job.ts'
import type { Launcher } from '../whole-pilot/launcher.ts'
import { lastWords, startPilot } from '../whole-pilot/pilot-process.ts'
import { openServer } from '../whole-pilot/server.ts'
import { copyingTransform, sleepingTransform } from '../whole-pilot/transforms.ts'
import { memoryOf, used, useOf } from './threads.ts'

const sleeperId = 9001
/** ms from the update `running` to the look at the pilot: what a start of a payload entails is over by then. */
const settling = 20_000

export interface SleepingPilot extends AsyncDisposable {
  /** What it uses in so many ms. */
  measure(window: number): Promise<Figures>
}

/**
 * A pilot whose payload sleeps, after it has worked off `jobsBefore` jobs that copy 100 MB each. Rejects when the
 * payload does not come to run.
 */
export async function openSleepingPilot(
  ground: Ground,
  launcher: Launcher,
  jobsBefore: number,
): Promise<SleepingPilot> {
  await using opened = new AsyncDisposableStack()
  const run = opened.use(await prepareRun(ground, jobsBefore > 0 ? 10 : 0))
  const transforms = { '/trf/user/run.sh': copyingTransform(run), '/trf/user/sleep.sh': sleepingTransform(run) }
  const server = opened.use(
    await openServer(transforms, (url) => [
      ...Array.from({ length: jobsBefore }, (_, job) =>
        jobDefinition(sleeperId + 1 + job, `${url}/trf/user/run.sh`, ground.adler32),
      ),
      jobDefinition(sleeperId, `${url}/trf/user/sleep.sh`, ground.adler32),
    ]),
  )
  const pilot = opened.use(await startPilot(run, launcher, server.port))
  const { promise: running, resolve } = Promise.withResolvers<'running'>()
  server.watch(() => {
    if (server.arrivals.some(({ pandaId, state }) => pandaId === sleeperId && state === 'running')) resolve('running')
  })
  const came = await Promise.race([running, pilot.ended, setTimeout(launcher.longest, 'late', { ref: false })])
  if (came !== 'running') throw new Error(`no payload came to run; the pilot said: ${await lastWords(run)}`)
  await setTimeout(settling)
  const kept = opened.move()
  return {
    async measure(window) {
      const pids = launcher.ownProcesses(pilot.root)
      const before = pids.map((pid) => ({ pid, use: useOf(pid) }))
      const start = performance.now()
      await setTimeout(window)
      const seconds = (performance.now() - start) / 1000
      const processes = before.map(({ pid, use }) => {
        const now = useOf(pid)
        return { ...used(use, now), ...memoryOf(pid), threads: now.threads.size }
      })
      const sum = (of: (process: (typeof processes)[number]) => number) =>
        processes.reduce((all, process) => all + of(process), 0)
      return {
        CPU: (sum(({ cpu }) => cpu) / seconds) * 60,
        switches: sum(({ switches }) => switches) / seconds,
        'private dirty': sum(({ privateDirty }) => privateDirty),
        // Not a sum: what processes share would count twice.
        RSS: Math.max(...processes.map(({ rss }) => rss)),
        threads: sum(({ threads }) => threads),
      }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

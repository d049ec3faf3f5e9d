import { createActor, createMachine, toPromise } from 'xstate'
import { jobActor } from '../../src/actors/job.ts'
import type { JobPeriods } from '../../src/machines/job-context.ts'
import { assignmentOf } from '../../test/model/examples.ts'
import { createFakeJobServer } from '../../test/server/fake-job-server.ts'
import type { Contestant, Figures } from '../bench.ts'
import { quantile } from '../latencies.ts'
import { instantPorts } from './instant-ports.ts'

/** Longer than any job here: nothing is due but the job itself. */
const hour = 3_600_000
const periods: JobPeriods = {
  heartbeat: hour,
  debugHeartbeat: hour,
  lostHeartbeat: hour,
  check: hour,
  firstCheck: hour,
}

/** Jobs with two inputs, an output and a log from the accepted definition to the delivered outcome, one after the other. */
export function wholeJobs(jobs: number): Contestant {
  return {
    name: 'panda-pilot',
    async run(): Promise<Figures> {
      const times: number[] = []
      let events = 0
      const before = process.cpuUsage()
      for (let nth = 0; nth < jobs; nth += 1) {
        const start = performance.now()
        events += await oneJob()
        times.push(performance.now() - start)
      }
      const { user, system } = process.cpuUsage(before)
      return {
        p50: quantile(times, 0.5),
        p99: quantile(times, 0.99),
        cpu: (user + system) / 1000 / jobs,
        events: events / jobs,
      }
    },
  }
}

/** Resolves to how many events its actors received. Throws unless the server was told that it finished. */
async function oneJob(): Promise<number> {
  const panda = createFakeJobServer()
  const PandaID = panda.addJob()
  const assignment = assignmentOf({ PandaID, attemptNr: 1, transformation: 'http://transforms/run.sh' })
  let events = 0
  // In the pilot's place: a job tells its parent how it goes.
  const pilot = createMachine({
    initial: 'working',
    states: {
      working: {
        invoke: {
          src: jobActor(instantPorts(assignment, panda.server)),
          input: { assignment, findings: [], resume: { from: 'start' }, periods, filesInFlight: 4 },
          onDone: 'done',
        },
      },
      done: { type: 'final' },
    },
  })
  const actor = createActor(pilot, {
    inspect: ({ type }) => {
      if (type === '@xstate.event') events += 1
    },
  })
  const done = toPromise(actor)
  actor.start()
  await done
  const final = panda.updates.at(-1)
  if (final?.state !== 'finished')
    throw new Error(`the job did not finish: ${JSON.stringify(final?.final?.pilotError)}`)
  return events
}

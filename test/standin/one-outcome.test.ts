import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { acquireJobs } from '../../src/standin/model/acquire.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import { killJob, setCommand } from '../../src/standin/model/commands.ts'
import { countStates, createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { reportedStates, updateJob } from '../../src/standin/model/update.ts'
import { runWatcher } from '../../src/standin/model/watcher.ts'
import { anUpdate, anyJob, jobIn, reportOf, start } from './fixtures.ts'

const outcomes = ['finished', 'failed', 'cancelled', 'closed']
const reports = ['', 'no json', reportOf('job.log.tgz'), reportOf('out.root', 'job.log.tgz')]

/** Anything that can happen to the server, as data. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('update' as const),
    state: fc.constantFrom(...reportedStates),
    attemptNr: fc.constantFrom(1, 1, 1, 2, null),
    report: fc.constantFrom(...reports),
    fields: fc.constantFrom({}, { batchID: 'b1' }, { batchID: 'b2' }, { jobSubStatus: 'pilot_closed' }),
  }),
  fc.record({ kind: fc.constantFrom('acquire' as const, 'adder' as const, 'kill' as const, 'tobekilled' as const) }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.nat(200) }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function play(panda: Panda, now: number, happening: Exclude<Step, { kind: 'wait' }>): void {
  switch (happening.kind) {
    case 'update':
      updateJob(panda, now, anUpdate(happening.state, happening))
      return
    case 'acquire':
      acquireJobs(panda, now, anyJob)
      return
    case 'adder':
      runAdder(panda, now)
      return
    case 'kill':
      killJob(panda, now, 10)
      return
    case 'tobekilled':
      setCommand(panda, now, 10, 'tobekilled')
  }
}

it('whatever arrives in whatever order, a job gets at most one outcome and never leaves it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const panda = createPanda()
      const job = jobIn(panda, 'activated')
      let now = start
      for (const happening of steps) {
        if (happening.kind === 'wait') {
          now += happening.minutes * 60_000
          runWatcher(panda, now)
        } else play(panda, now, happening)
        expect(job.outcome === null || job.outcome === job.state).toBe(true)
        expect(countStates(panda)).toEqual({ [job.state]: 1 })
      }
      const ends = panda.history.filter(({ before, after }) => outcomes.includes(after ?? '') && before !== after)
      expect(ends.length).toBe(job.outcome === null ? 0 : 1)
    }),
    { numRuns: 500 },
  )
})

it('a repeated final is alreadydone until the Adder has worked, and tobekilled afterwards; the outcome stays', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('finished' as const, 'failed' as const),
      fc.array(fc.constantFrom('finished' as const, 'failed' as const), { minLength: 1, maxLength: 5 }),
      (first, repeats) => {
        const panda = createPanda()
        const job = jobIn(panda, 'running')
        const send = (state: 'finished' | 'failed') =>
          updateJob(panda, start, anUpdate(state, { report: reportOf('out.root', 'job.log.tgz') }))
        expect(send(first)).toMatchObject({ command: 'NULL' })
        for (const repeat of repeats) expect(send(repeat)).toMatchObject({ command: 'alreadydone' })
        runAdder(panda, start)
        for (const repeat of repeats) expect(send(repeat)).toMatchObject({ command: 'tobekilled' })
        runAdder(panda, start)
        expect(job.outcome).toBe(first)
      },
    ),
  )
})

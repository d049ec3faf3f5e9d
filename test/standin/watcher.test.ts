import { describe, expect, it } from 'vitest'
import { runAdder } from '../../src/standin/model/adder.ts'
import type { JobState } from '../../src/standin/model/job.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { updateJob } from '../../src/standin/model/update.ts'
import { runWatcher } from '../../src/standin/model/watcher.ts'
import { anUpdate, jobIn, reportOf, start } from './fixtures.ts'

const minute = 60_000
const hour = 60 * minute

describe('the server’s clocks', () => {
  const clocks: [state: JobState, changes: object, limit: number, code: number][] = [
    ['sent', {}, 30 * minute, 102],
    ['starting', {}, 2 * hour, 100],
    ['running', {}, 2 * hour, 100],
    ['holding', {}, 48 * hour, 103],
    ['holding', { prodSourceLabel: 'user' }, 3 * hour, 103],
    ['holding', { currentPriority: 801 }, 3 * hour, 103],
  ]

  it.each(clocks)('%s %o waits %d ms, then fails with %d', (state, changes, limit, code) => {
    const panda = createPanda()
    const job = jobIn(panda, state, changes)
    expect(runWatcher(panda, start + limit)).toBe(0)
    expect(runWatcher(panda, start + limit + 1)).toBe(1)
    expect(job).toMatchObject({ outcome: 'failed', archived: true, errors: { jobDispatcherErrorCode: code } })
  })

  it.each(['activated', 'transferring', 'merging'] as const)('%s has no clock', (state) => {
    const panda = createPanda()
    jobIn(panda, state)
    expect(runWatcher(panda, start + 1000 * hour)).toBe(0)
  })
})

it('an update sets the clock back', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  updateJob(panda, start + hour, anUpdate('running'))
  expect(runWatcher(panda, start + 3 * hour)).toBe(0)
  runWatcher(panda, start + 3 * hour + 1)
  expect(job.outcome).toBe('failed')
})

it('a job the pilot set to holding fails with 101 and the pilot’s note', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  updateJob(panda, start, anUpdate('holding'))
  runWatcher(panda, start + 49 * hour)
  expect(job.errors).toMatchObject({ jobDispatcherErrorCode: 101 })
  expect(job.errors.jobDispatcherErrorDiag).toMatch(/^set to holding by the pilot/)
})

it('a final that comes after the watcher is told tobekilled and changes nothing', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  runWatcher(panda, start + 3 * hour)
  const late = anUpdate('finished', { report: reportOf('out.root', 'job.log.tgz') })
  expect(updateJob(panda, start + 3 * hour, late)).toMatchObject({ command: 'tobekilled' })
  expect(runAdder(panda, start + 3 * hour)).toBe(0)
  expect(job.outcome).toBe('failed')
})

import { describe, expect, it } from 'vitest'
import { type AcquireRequest, acquireJobs } from '../../src/standin/model/acquire.ts'
import { createPanda, type Offer } from '../../src/standin/model/panda.ts'
import { findWorker } from '../../src/standin/model/workers.ts'
import { anyJob, jobIn, start } from './fixtures.ts'

/** Whether a job with these changes is given to this request. */
function isGiven(changes: object, request: Partial<AcquireRequest>, offer: Offer = {}, queue?: 'test'): boolean {
  const panda = createPanda()
  if (queue !== undefined) panda.queues.set('Q', { status: queue, grandlyUnified: false })
  jobIn(panda, 'activated', changes, offer)
  return acquireJobs(panda, start, { ...anyJob, ...request }).jobs.length === 1
}

describe('the labels', () => {
  const served: [label: string | null, serves: string[]][] = [
    ['user', ['user', 'panda', 'install']],
    ['managed', ['managed', 'test', 'prod_test', 'install']],
    [null, ['managed', 'test', 'prod_test', 'install']],
    ['unified', ['managed', 'test', 'prod_test', 'install', 'user', 'panda']],
    ['ptest', ['ptest']],
    ['rc_test2', ['rc_test2']],
  ]
  const all = ['user', 'panda', 'install', 'managed', 'test', 'prod_test', 'ptest', 'rc_test2']

  it.each(served)('%s serves %j and nothing else', (label, serves) => {
    expect(all.filter((prodSourceLabel) => isGiven({ prodSourceLabel }, { label })).sort()).toEqual([...serves].sort())
  })

  it('test with a computing element serves tests and robots, without one only its own', () => {
    const computingElement = 'CE'
    expect(isGiven({ prodSourceLabel: 'prod_test' }, { label: 'test', computingElement })).toBe(true)
    expect(
      isGiven({ prodSourceLabel: 'user', processingType: 'gangarobot' }, { label: 'test', computingElement }),
    ).toBe(true)
    expect(isGiven({ prodSourceLabel: 'prod_test' }, { label: 'test' })).toBe(false)
  })

  it.each(['user', 'managed', 'unified'])('a queue in test turns %s into test', (label) => {
    const computingElement = 'CE'
    expect(isGiven({ prodSourceLabel: 'prod_test' }, { label, computingElement }, {}, 'test')).toBe(true)
    expect(isGiven({ prodSourceLabel: 'managed' }, { label, computingElement }, {}, 'test')).toBe(false)
  })
})

describe('the cuts', () => {
  it.each([
    ['memory', { memory: 2000 }, { memory: 1999 }],
    ['disk', { disk: 500 }, { disk: 499 }],
    ['remaining time', { remainingTime: 3600 }, { remainingTime: 3599 }],
    ['resource type', { resourceType: 'SCORE' }, { resourceType: 'MCORE' }],
    ['task', { taskID: 7 }, { taskID: 8 }],
    ['user, by compact name', { userDn: '/DC=org/CN=Some User/CN=123' }, { userDn: '/DC=org/CN=Other' }],
    ['timeout', { timeout: 11 }, { timeout: 10 }],
  ])('%s: enough gives the job, less gives none', (_, enough, less) => {
    expect(isGiven({}, enough)).toBe(true)
    expect(isGiven({}, less)).toBe(false)
  })

  it.each(['memory', 'disk', 'remainingTime'])('%s 0 is no cut', (cut) => {
    expect(isGiven({ minRamCount: 1e9, maxDiskCount: 1e9, maxWalltime: 1e9 }, { [cut]: 0 })).toBe(true)
  })

  it('a job without a walltime passes any remaining time', () => {
    expect(isGiven({ maxWalltime: 'NULL' }, { remainingTime: 1 })).toBe(true)
  })

  it('only the queue a job was brokered to gets it', () => {
    expect(isGiven({}, {}, { queue: 'Q' })).toBe(true)
    expect(isGiven({}, {}, { queue: 'OTHER' })).toBe(false)
  })

  it('a background request gets background jobs alone', () => {
    expect(isGiven({}, { background: true })).toBe(false)
    expect(isGiven({}, { background: true }, { background: true })).toBe(true)
  })
})

describe('handing out', () => {
  it('takes the highest priority first, then the oldest', () => {
    const panda = createPanda()
    jobIn(panda, 'activated', { PandaID: 1, currentPriority: 10 })
    jobIn(panda, 'activated', { PandaID: 3, currentPriority: 20 })
    jobIn(panda, 'activated', { PandaID: 2, currentPriority: 20 })
    const { jobs } = acquireJobs(panda, start, { ...anyJob, count: 3 })
    expect(jobs.map(({ PandaID }) => PandaID)).toEqual([2, 3, 1])
  })

  it('is not idempotent: a second request gets the next job, a third none', () => {
    const panda = createPanda()
    jobIn(panda, 'activated', { PandaID: 1 })
    jobIn(panda, 'activated', { PandaID: 2 })
    const ids = [1, 2, 3].map(() => acquireJobs(panda, start, anyJob).jobs[0]?.PandaID)
    expect(ids).toEqual([1, 2, undefined])
    expect(panda.jobs.get(1)).toMatchObject({ state: 'sent', startTime: '2026-11-22 12:00:00', queue: 'Q' })
  })

  it('counts what was sent in the last minute', () => {
    const panda = createPanda()
    for (const PandaID of [1, 2, 3]) jobIn(panda, 'activated', { PandaID })
    expect(acquireJobs(panda, start, anyJob).nSent).toBe(1)
    expect(acquireJobs(panda, start + 60_000, anyJob).nSent).toBe(2)
    expect(acquireJobs(panda, start + 60_001, anyJob).nSent).toBe(2)
  })

  it('binds the job to the worker that asked', () => {
    const panda = createPanda()
    jobIn(panda, 'activated')
    acquireJobs(panda, start, { ...anyJob, harvesterID: 'h', workerID: '5' })
    expect(findWorker(panda, { harvesterID: 'h', workerID: '5' })).toMatchObject({ status: 'running', jobs: [10] })
  })
})

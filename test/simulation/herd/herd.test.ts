import { describe, expect, test } from 'vitest'
import { productionPauses } from '../../../src/actors/reporter.ts'
import { figuresOf } from '../../../src/simulation/herd/figures.ts'
import { playHerd } from '../../../src/simulation/herd/herd.ts'
import { actsOf, binAt, type HerdOrder } from '../../../src/simulation/herd/order.ts'
import { playShare } from '../../../src/simulation/herd/share.ts'
import { emptyTally } from '../../../src/simulation/herd/tally.ts'

const minute = 60_000
const hour = 60 * minute

const order: HerdOrder = {
  pilots: 100_000,
  sample: 200,
  seed: 7,
  outage: 3 * hour,
  how: 'refused',
  jobLength: 6 * hour,
  capacity: undefined,
  grace: 2 * hour,
  pauses: productionPauses,
  heartbeat: 30 * minute,
  lostHeartbeat: 3 * hour,
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

describe('100,000 pilots whose server was away for three hours', () => {
  test('come back in no herd, and every job that was under way has its outcome', async () => {
    const tally = await playHerd(order)
    const { herd, waiting, almostAllTakenAfter, jobs } = figuresOf(order, tally)
    expect(herd).toBeGreaterThan(1)
    expect(herd).toBeLessThanOrEqual(3)
    expect(waiting).toBeGreaterThan(90_000)
    expect(almostAllTakenAfter).toBeLessThanOrEqual(3600)
    expect(tally.waiting.at(-1)).toBe(0)
    expect(jobs['given up by the server, which had not heard of it']).toBe(0)
    // Their own limit is as long as the outage: what ran on was given up.
    expect(jobs['given up by its pilot, which had no answer for too long']).toBeGreaterThan(40_000)
  })

  test('would come back in a herd if they tried every minute', async () => {
    const tally = await playHerd({ ...order, pauses: { ...productionPauses, most: minute } })
    expect(figuresOf(order, tally).herd).toBeGreaterThan(5)
  })

  test('keep their jobs when they may be without an answer for longer than that', async () => {
    const patient = { ...order, sample: 40, lostHeartbeat: 6 * hour }
    const { jobs } = figuresOf(patient, await playHerd(patient))
    expect(jobs['given up by its pilot, which had no answer for too long']).toBe(0)
  })
})

const small: HerdOrder = {
  ...order,
  sample: 12,
  outage: 30 * minute,
  pauses: { ...productionPauses, most: 10 * minute },
}

test('the same order gives the same, on any number of threads', async () => {
  const [one, two] = await Promise.all([playHerd(small, undefined, 1), playHerd(small, undefined, 3)])
  expect(one).toEqual(two)
  expect(await playHerd({ ...small, seed: 8 })).not.toEqual(one)
})

test('a server that does not answer keeps its clients waiting, and loses nothing', async () => {
  const silent: HerdOrder = { ...small, how: 'silent' }
  const tally = await playHerd(silent)
  expect(sum(tally.unserved)).toBeGreaterThan(0)
  expect(sum(tally.ended['given up by the server, which had not heard of it'])).toBe(0)
  expect(tally.waiting.at(-1)).toBe(0)
})

test('nothing reaches a server that is away, and everything one that is there', async () => {
  const tally = await playShare(small, 0)
  const acts = actsOf(small)
  const [away, back] = [binAt(acts, acts.away), binAt(acts, acts.back)]
  expect(sum(tally.served.slice(away + 1, back))).toBe(0)
  expect(sum(tally.unserved.slice(0, away)) + sum(tally.unserved.slice(back))).toBe(0)
})

test('a server that answers too few requests a second makes pilots wait', async () => {
  const busy: HerdOrder = { ...order, sample: 40, outage: 0, capacity: 60 }
  const [narrow, wide] = [await playShare(busy, 0), await playShare({ ...busy, capacity: undefined }, 0)]
  expect(narrow.waited).toBeGreaterThan(2 * wide.waited)
})

test('the figures are those of the counts, for all pilots', () => {
  // Of such an order one request of the sample in a bin is one request a second of all.
  const { bin } = actsOf(order)
  const whole: HerdOrder = { ...order, pilots: (order.sample * bin) / 1000 }
  const acts = actsOf(whole)
  const tally = emptyTally(acts)
  const [away, back] = [binAt(acts, acts.away), binAt(acts, acts.back)]
  tally.served.fill(10, 0, away)
  tally.served[back + 3] = 25
  tally.unserved[away] = 40
  tally.waiting[back - 1] = 20
  for (let nth = 1; nth <= 20; nth++) tally.takenAfter.push(nth * minute)
  tally.waited = 3 * hour
  tally.ended.finished[0] = 2
  const scale = bin / 1000
  expect(figuresOf(whole, tally)).toMatchObject({
    ...{ mean: 10, peak: 25, herd: 2.5, unservedPeak: 40, waiting: 20 * scale, slotHoursWaited: 3 * scale },
    ...{ halfTakenAfter: 10 * 60, almostAllTakenAfter: 19 * 60, jobs: { finished: 2 * scale } },
  })
})

test('what the server has not taken at the end has no time', () => {
  const tally = emptyTally(actsOf(order))
  tally.waiting[binAt(actsOf(order), actsOf(order).back) - 1] = 10
  tally.takenAfter.push(minute)
  expect(figuresOf(order, tally)).toMatchObject({ halfTakenAfter: null, almostAllTakenAfter: null })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JobTaking, nextStep, type Taken } from '../../src/job/next-job.ts'

const taking: fc.Arbitrary<JobTaking> = fc.record({
  slots: fc.integer({ min: 1, max: 8 }),
  requests: fc.integer({ min: 1, max: 10 }),
  failures: fc.integer({ min: 1, max: 5 }),
  timeFloor: fc.constantFrom(0, 0, 60, 7200),
})
const taken: fc.Arbitrary<Taken> = fc.record({
  startedAt: fc.constant(1_000_000),
  running: fc.nat(9),
  total: fc.nat(20),
  requests: fc.nat(12),
  empty: fc.nat(6),
})
const age = fc.nat(10_000_000)

describe('the next step of a pilot', () => {
  test('asks for at least one job and for no more than there are free slots', () => {
    fc.assert(
      fc.property(taking, taken, age, (rules, so, ms) => {
        const step = nextStep(rules, so, so.startedAt + ms)
        if (step.kind !== 'ask') return
        expect(step.count).toBeGreaterThanOrEqual(1)
        expect(step.count).toBeLessThanOrEqual(rules.slots - so.running)
      }),
    )
  })

  test('never takes more jobs altogether than slots where the queue has no time floor', () => {
    fc.assert(
      fc.property(taking, taken, age, (rules, so, ms) => {
        const step = nextStep({ ...rules, timeFloor: 0 }, so, so.startedAt + ms)
        if (step.kind === 'ask') expect(so.total + step.count).toBeLessThanOrEqual(rules.slots)
      }),
    )
  })

  test('waits only for a slot', () => {
    fc.assert(
      fc.property(taking, taken, age, (rules, so, ms) => {
        if (nextStep(rules, so, so.startedAt + ms).kind === 'wait')
          expect(so.running).toBeGreaterThanOrEqual(rules.slots)
      }),
    )
  })

  test('takes no further job when the time floor has passed, but always a first one', () => {
    fc.assert(
      fc.property(taking, taken, (rules, so) => {
        const late = so.startedAt + rules.timeFloor * 1000 + 1
        const fresh = { ...so, running: 0, requests: 0, empty: 0 }
        if (rules.timeFloor > 0 && so.total > 0) expect(nextStep(rules, so, late).kind).toBe('enough')
        expect(nextStep(rules, { ...fresh, total: 0 }, late).kind).toBe('ask')
      }),
    )
  })

  test('ends, whatever the server says: requests and empty answers are counted', () => {
    fc.assert(
      fc.property(taking, fc.infiniteStream(fc.boolean()), (rules, answers) => {
        let so: Taken = { startedAt: 0, running: 0, total: 0, requests: 0, empty: 0 }
        let asked = 0
        for (let step = nextStep(rules, so, 0); step.kind === 'ask'; step = nextStep(rules, so, asked * 60_000)) {
          asked += 1
          const came = answers.next().value === true && rules.timeFloor === 0
          so = came
            ? { ...so, total: so.total + 1, running: 0, requests: 0, empty: 0 }
            : { ...so, requests: so.requests + 1, empty: so.empty + 1 }
          expect(asked).toBeLessThanOrEqual(rules.slots * (Math.min(rules.requests, rules.failures) + 1))
        }
      }),
    )
  })

  test('says why it is enough', () => {
    const rules = { slots: 1, requests: 2, failures: 3, timeFloor: 60 }
    const none = { startedAt: 0, running: 0, total: 0, requests: 0, empty: 0 }
    const text = (changes: Partial<Taken>, now = 0, timeFloor = 60): string => {
      const step = nextStep({ ...rules, timeFloor }, { ...none, ...changes }, now)
      return step.kind === 'enough' ? step.text : step.kind
    }
    expect(text({ total: 1 }, 0, 0)).toContain('one job a slot')
    expect(text({ total: 1 }, 60_001)).toContain('time floor of 60 s')
    expect(text({ requests: 2 })).toContain('2 requests')
    expect(text({ empty: 3 })).toContain('3 answers')
  })
})

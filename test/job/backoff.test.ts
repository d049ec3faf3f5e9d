import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoff } from '../../src/job/backoff.ts'

const failures = fc.integer({ min: -3, max: 5000 })
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const first = fc.integer({ min: 1, max: 60_000 })
const most = fc.integer({ min: 1, max: 3_600_000 })
const drawn = fc.double({ min: 0, max: 1, noNaN: true })
const pauses = fc.record({ first, most, drawn })

describe('a pause between tries', () => {
  test('is a whole number of ms, at least the part of the step that is not drawn and never more than the longest', () => {
    fc.assert(
      fc.property(failures, chance, pauses, (n, random, given) => {
        const pause = backoff(n, random, given)
        const step = Math.min(given.most, given.first * 2 ** Math.min(30, Math.max(0, n - 1)))
        expect(Number.isInteger(pause)).toBe(true)
        expect(pause).toBeGreaterThanOrEqual(Math.floor(step * (1 - given.drawn)))
        expect(pause).toBeLessThanOrEqual(given.most)
      }),
    )
  })

  test('never shrinks with further failures, the chance being the same', () => {
    fc.assert(
      fc.property(failures, chance, pauses, (n, random, given) => {
        expect(backoff(n + 1, random, given)).toBeGreaterThanOrEqual(backoff(n, random, given))
      }),
    )
  })

  test('doubles until the longest', () => {
    const doubled = { first: 1000, most: 10_000, drawn: 0.5 }
    expect([1, 2, 3, 4, 5].map((n) => backoff(n, 0, doubled))).toEqual([500, 1000, 2000, 4000, 5000])
    expect([1, 2, 3, 4, 5].map((n) => backoff(n, 1 - Number.EPSILON, doubled))).toEqual([
      1000, 2000, 4000, 8000, 10_000,
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoff } from '../../src/job/backoff.ts'

const failures = fc.integer({ min: -3, max: 5000 })
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const first = fc.integer({ min: 1, max: 60_000 })
const most = fc.integer({ min: 1, max: 3_600_000 })

describe('a pause between tries', () => {
  test('is a whole number of ms, at least half of the step and never more than the longest', () => {
    fc.assert(
      fc.property(failures, chance, first, most, (n, random, start, longest) => {
        const pause = backoff(n, random, start, longest)
        const step = Math.min(longest, start * 2 ** Math.min(30, Math.max(0, n - 1)))
        expect(Number.isInteger(pause)).toBe(true)
        expect(pause).toBeGreaterThanOrEqual(Math.floor(step / 2))
        expect(pause).toBeLessThanOrEqual(longest)
      }),
    )
  })

  test('never shrinks with further failures, the chance being the same', () => {
    fc.assert(
      fc.property(failures, chance, first, most, (n, random, start, longest) => {
        expect(backoff(n + 1, random, start, longest)).toBeGreaterThanOrEqual(backoff(n, random, start, longest))
      }),
    )
  })

  test('doubles until the longest', () => {
    expect([1, 2, 3, 4, 5].map((n) => backoff(n, 0, 1000, 10_000))).toEqual([500, 1000, 2000, 4000, 5000])
    expect([1, 2, 3, 4, 5].map((n) => backoff(n, 1 - Number.EPSILON, 1000, 10_000))).toEqual([
      1000, 2000, 4000, 8000, 10_000,
    ])
  })
})

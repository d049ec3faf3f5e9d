import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayTryAgain, type Source, type StepFailure, transferAttempts, wayOfAttempt } from '../../src/job/transfer.ts'
import { finding } from '../model/examples.ts'

const advice = fc.constantFrom<StepFailure['advice']>('retry', 'other-replica', 'give-up')
const failureOf = (said: StepFailure['advice']): StepFailure => ({
  kind: 'failed',
  finding: finding('STAGEINFAILED'),
  advice: said,
})

function waysOf(count: number): Source[] {
  return Array.from({ length: count }, (_, index) => ({
    pfn: `root://door/${index}`,
    turl: `root://door/${index}`,
    rse: undefined,
    copytool: 'xrdcp',
  }))
}

/** How many tries a file gets when they all fail, with this advice each time. */
function tries(advices: readonly StepFailure['advice'][], ways: number): number {
  let attempts = 1
  while (mayTryAgain(failureOf(advices[attempts - 1] ?? 'retry'), attempts, ways)) attempts += 1
  return attempts
}

describe('another try of a file', () => {
  test('is made three times at most, whatever the failures say', () => {
    fc.assert(
      fc.property(fc.array(advice), fc.nat(20), (advices, ways) => {
        expect(tries(advices, ways)).toBeLessThanOrEqual(transferAttempts)
      }),
    )
  })

  test('is not made after a failure that says it is of no use', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(20), (attempts, ways) => {
        expect(mayTryAgain(failureOf('give-up'), attempts, ways)).toBe(false)
      }),
    )
  })

  test('needs a way that was not gone before when this replica is bad', () => {
    expect([1, 2, 3].map((ways) => tries(['other-replica', 'other-replica', 'other-replica'], ways))).toEqual([1, 2, 3])
  })

  test('may take the same and only way when the failure may pass', () => {
    expect(tries(['retry', 'retry', 'retry'], 1)).toBe(transferAttempts)
  })
})

describe('the way of a try', () => {
  test('is each one once before any is gone again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(100), (count, start) => {
        const ways = waysOf(count)
        const gone = ways.map((_, index) => wayOfAttempt(ways, start + index)?.pfn)
        expect(new Set(gone).size).toBe(count)
      }),
    )
  })

  test('begins with the best, and there is none where there are no ways', () => {
    expect(wayOfAttempt(waysOf(3), 0)?.pfn).toBe('root://door/0')
    expect(wayOfAttempt([], 0)).toBeUndefined()
  })
})

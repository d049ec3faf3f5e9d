import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawScenario } from '../../src/simulation/nemesis.ts'
import { type Random, randomFor } from '../../src/simulation/random.ts'
import { profileNames } from '../../src/simulation/scenario.ts'

const some = (random: Random): number[] => Array.from({ length: 20 }, () => random.next())

test('the same seed and purpose give the same draws, another of either gives others', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (seed, purpose) => {
      expect(some(randomFor(seed, purpose))).toEqual(some(randomFor(seed, purpose)))
      expect(some(randomFor(seed, purpose))).not.toEqual(some(randomFor(seed + 1, purpose)))
      expect(some(randomFor(seed, purpose))).not.toEqual(some(randomFor(seed, `${purpose}.`)))
    }),
  )
})

test('draws are uniform enough: each tenth gets its share', () => {
  const random = randomFor(1, 'share')
  const shares = new Array<number>(10).fill(0)
  const draws = 20_000
  for (let draw = 0; draw < draws; draw++) {
    const tenth = Math.floor(random.next() * 10)
    shares[tenth] = (shares[tenth] ?? 0) + 1
  }
  for (const share of shares) expect(Math.abs(share / draws - 0.1)).toBeLessThan(0.01)
})

test('a whole number is never outside of its limits, and reaches both', () => {
  const random = randomFor(1, 'limits')
  const seen = new Set(Array.from({ length: 200 }, () => random.whole(3, 6)))
  expect([...seen].sort()).toEqual([3, 4, 5, 6])
})

test('another profile troubles the same pilots and jobs with other faults; only hostile payloads differ', () => {
  const size = { pilots: 3, jobs: 4 }
  for (const profile of profileNames) {
    const { pilots, jobs, faults } = drawScenario(7, profile, size)
    const calm = drawScenario(7, 'calm', size)
    expect(pilots).toEqual(calm.pilots)
    expect(jobs.map(({ inputs, outputs }) => [inputs, outputs])).toEqual(
      calm.jobs.map(({ inputs, outputs }) => [inputs, outputs]),
    )
    for (const fault of faults) {
      if ('pilot' in fault) expect(fault.pilot).toBeLessThan(pilots.length)
      if ('job' in fault) expect(fault.job).toBeLessThan(jobs.length)
    }
  }
})

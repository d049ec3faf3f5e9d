import { expect, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { systemEntropy } from '../../src/host/entropy.ts'

test('now is ms since the epoch; monotonic never goes back', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
  const earlier = systemClock.monotonic()
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(earlier)
})

test('GUIDs are UUIDs of version 4, upper case with dashes, each another', () => {
  const guids = Array.from({ length: 100 }, () => systemEntropy.guid())
  for (const guid of guids)
    expect(guid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/)
  expect(new Set(guids).size).toBe(100)
})

test('chance is in [0, 1)', () => {
  for (let i = 0; i < 1000; i++) {
    const value = systemEntropy.random()
    expect(value >= 0 && value < 1).toBe(true)
  }
})

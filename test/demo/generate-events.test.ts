import { expect, test } from 'vitest'
import { generateMuonPairs } from '../../demo/generate-events.ts'
import { readPairs } from './events.ts'

const pairs = readPairs(generateMuonPairs(200_000, 7))
const between = (from: number, to: number, opposite: boolean) =>
  pairs.filter((pair) => pair.opposite === opposite && pair.mass > from && pair.mass < to).map(({ mass }) => mass)
const median = (values: number[]) => values.sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN

test('the seed decides every byte', () => {
  const table = Buffer.from(generateMuonPairs(5000, 1))
  expect(table.equals(generateMuonPairs(5000, 1))).toBe(true)
  expect(table.equals(generateMuonPairs(5000, 2))).toBe(false)
})

test('a row takes 26 bytes after the header', () => {
  expect(generateMuonPairs(1000, 1)).toHaveLength(256 + 26_000)
})

test.each([
  ['J/ψ', 2.9, 3.3, 3.0969],
  ['Υ', 9.2, 9.7, 9.4604],
  ['Z', 84, 98, 91.1876],
])('the %s peak is where nature has it', (_, from, to, mass) => {
  expect(median(between(from, to, true)) / mass).toBeCloseTo(1, 2)
})

test('the Z stands high above the continuum beside it, and only in pairs of opposite charge', () => {
  expect(between(86, 96, true).length).toBeGreaterThan(20 * between(70, 80, true).length)
  expect(between(86, 96, false).length).toBeLessThan(20)
})

test('charges are equal in a few per cent of the pairs', () => {
  const share = pairs.filter(({ opposite }) => !opposite).length / pairs.length
  expect(share).toBeGreaterThan(0.02)
  expect(share).toBeLessThan(0.06)
})

test('nothing measured is infinite or no number', () => {
  expect(pairs.every(({ mass }) => Number.isFinite(mass))).toBe(true)
})

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { outputListLine } from '../../src/storage/output-list.ts'
import { retryPause, transferTimeout } from '../../src/storage/transfer-limits.ts'

it.each([
  [undefined, 400],
  [0, 400],
  [1e9, 1400],
  [3e9, 3400],
  [10.4e9, 10_800],
  [1e13, 10_800],
])('gives a file of %s bytes %i s', (size, seconds) => {
  expect(transferTimeout(size)).toBe(seconds)
})

it('pauses 20–50 s after the first failed stage-in, twice that after the second', () => {
  expect(retryPause('in', 1, 0)).toBe(20)
  expect(retryPause('in', 1, 1)).toBe(50)
  expect(retryPause('in', 2, 0.5)).toBe(70)
})

it('pauses 60–120 s after the first failed stage-out', () => {
  expect(retryPause('out', 1, 0)).toBe(60)
  expect(retryPause('out', 1, 1)).toBe(120)
})

it('never pauses longer than five minutes, nor shorter than the least', () => {
  const direction = fc.constantFrom('in', 'out')
  fc.assert(
    fc.property(direction, fc.integer({ min: 1, max: 1000 }), fc.float({ min: 0, max: 1, noNaN: true }), (...asked) => {
      const pause = retryPause(...asked)
      expect(pause).toBeGreaterThanOrEqual(20)
      expect(pause).toBeLessThanOrEqual(300)
    }),
  )
})

it('writes the line ARC reads, with the checksum in its own syntax', () => {
  expect(outputListLine('f.root', 'root://se:1094//d/f.root', '0c2f77b0')).toBe(
    'f.root root://se:1094//d/f.root:checksumtype=adler32:checksumvalue=0c2f77b0\n',
  )
})

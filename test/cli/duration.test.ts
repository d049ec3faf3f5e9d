import fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationText, parseDuration } from '../../src/cli/duration.ts'

test('a duration is a number and its unit', () => {
  const read = ['90s', '1.5h', '2d', '30m', '30min', '250ms', ' 3h '].map(parseDuration)
  expect(read).toEqual([90_000, 5_400_000, 172_800_000, 1_800_000, 1_800_000, 250, 10_800_000])
})

test('anything else is none', () => {
  expect(['', '3', 'h', '-3h', '3 hours', '3h20m', '1e3s', '٣h'].map(parseDuration)).toEqual(Array(8).fill(undefined))
})

test('is said in the unit in which it is thought', () => {
  const said = [1000, 89_000, 90_000, 3_600_000, 5_400_000, 10_800_000].map(durationText)
  expect(said).toEqual(['1 s', '89 s', '2 min', '60 min', '1.5 h', '3 h'])
})

test('whatever is said of whole seconds, minutes and hours can be read again', () => {
  fc.assert(
    fc.property(fc.nat({ max: 604_800_000 }), (ms) => {
      const text = durationText(ms)
      expect(durationText(parseDuration(text.replace(' ', '')) ?? -1)).toBe(text)
    }),
  )
})

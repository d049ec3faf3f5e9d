import { expect, test } from 'vitest'
import { placeAfter } from '../../src/cli/replay-stepping.ts'

test.each([
  ['right', 3, 4],
  ['right', 9, 9],
  ['left', 3, 2],
  ['left', 1, 1],
  ['home', 5, 1],
  ['end', 5, 9],
  ['x', 5, 5],
])('the key %s at step %i of 9 shows step %i', (name, at, next) => {
  expect(placeAfter({ name }, at, 9)).toBe(next)
})

test('q, Escape and Ctrl-C leave', () => {
  for (const key of [{ name: 'q' }, { name: 'escape' }, { name: 'c', ctrl: true }]) {
    expect(placeAfter(key, 1, 9)).toBeUndefined()
  }
})

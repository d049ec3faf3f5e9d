import { expect, test } from 'vitest'
import { parseUntil } from '../../src/cli/replay-until.ts'
import type { Step } from '../../src/simulation/replay/step.ts'

const start = Date.parse('2026-01-31T12:00:00Z')

function step(nth: number, seconds: number): Step {
  const fact = { kind: 'record', seq: nth, record: { kind: 'delivered', at: 0 } } as const
  return { nth, at: start + seconds * 1000, fact, states: {} }
}

test.each([
  ['3', step(2, 0), false],
  ['3', step(3, 0), true],
  ['+3.5', step(1, 3.4), false],
  ['+3.5', step(1, 3.5), true],
  ['2026-01-31T12:00:02Z', step(1, 1), false],
  ['2026-01-31T13:00:02+01:00', step(1, 2), true],
] as const)('--until %s', (text, at, ends) => {
  expect(parseUntil(text)?.(at, start)).toBe(ends)
})

test.each(['', '0', '-1', 'soon', '+', '2026-01-31', '2026-01-31T12:00:02', '2026-99-31T12:00:02Z'])(
  '"%s" is no step and no time',
  (text) => {
    expect(parseUntil(text)).toBeUndefined()
  },
)

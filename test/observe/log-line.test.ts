import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logLines, logTime } from '../../src/observe/log-line.ts'

const at = Date.UTC(2026, 10, 23, 0, 42, 16, 123)

test('time is UTC with a comma before the milliseconds', () => {
  expect(logTime(at)).toBe('2026-11-23 00:42:16,123')
})

test('a line is as the Python pilot writes it', () => {
  expect(logLines(at, 'info', undefined, 'message')).toEqual(['2026-11-23 00:42:16,123 | INFO     | message'])
  expect(logLines(at, 'warning', undefined, 'm')).toEqual(['2026-11-23 00:42:16,123 | WARNING  | m'])
})

test('the debug format says who speaks', () => {
  expect(logLines(at, 'debug', 'storage', 'm')).toEqual([
    `2026-11-23 00:42:16,123 | DEBUG    | ${'storage'.padEnd(32)} | m`,
  ])
})

test('every line of a message has the prefix', () => {
  expect(logLines(at, 'error', undefined, 'a\nb\r\nc')).toEqual(
    ['a', 'b', 'c'].map((line) => `2026-11-23 00:42:16,123 | ERROR    | ${line}`),
  )
})

test('control characters of a payload do not reach a terminal', () => {
  expect(logLines(at, 'info', undefined, '\u001b[2Jred\u0007\ttab')).toEqual([
    '2026-11-23 00:42:16,123 | INFO     | \\u001b[2Jred\\u0007\ttab',
  ])
})

test('a huge message is cut and says how much is missing', () => {
  const [line] = logLines(at, 'info', undefined, 'x'.repeat(20_000))
  expect(line).toMatch(/x … \(3616 characters cut\)$/)
})

test('whatever is logged, no line holds a line break or an escape', () => {
  const steering = (character: string) => character < ' ' && character !== '\t'
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const line of logLines(at, 'info', undefined, text)) expect([...line].filter(steering)).toEqual([])
    }),
  )
})

import { expect, test } from 'vitest'
import { createLeftOut } from '../../src/workers/left-out.ts'

test('what is left out is told in one line each, a thousand of them and how many more', () => {
  const leftOut = createLeftOut()
  for (let n = 0; n < 1234; n++) leftOut.add(`pipe\n${n}`, 'it is a named pipe')
  const lines = leftOut.lines()
  expect(lines).toHaveLength(1001)
  expect(lines[0]).toBe('pipe?0: it is a named pipe')
  expect(lines[1000]).toBe('and 234 more')
})

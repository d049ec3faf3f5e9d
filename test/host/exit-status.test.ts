import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExitStatus } from '../../src/host/exit-status.ts'

const dash = 'exit 255\n0m0.010000s 0m0.020000s\n1m2.250000s 0m0.500000s\nend\n'
const bash = 'exit 0\n0m0.002s 0m0.000s\n0m0,314s 10m0,006s\nend\n'

test('the children count, the launcher itself does not; a decimal comma is one', () => {
  expect(parseExitStatus(dash)).toEqual({ exitCode: 255, cpuSeconds: 62.75 })
  expect(parseExitStatus(bash)).toEqual({ exitCode: 0, cpuSeconds: expect.closeTo(600.32, 6) })
})

test('what the room before the payload left behind does no harm', () => {
  expect(parseExitStatus(dash.padEnd(256, '\n'))).toMatchObject({ exitCode: 255 })
  expect(parseExitStatus('\n'.repeat(256))).toBeUndefined()
})

test('a status that is not written to its end is none', () => {
  for (let length = 0; length < dash.length; length++) {
    expect(parseExitStatus(dash.slice(0, length))).toBeUndefined()
  }
})

test('an unreadable time does not cost the exit code', () => {
  expect(parseExitStatus('exit 3\n\n\nend\n')).toEqual({ exitCode: 3, cpuSeconds: undefined })
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => void parseExitStatus(text)))
})

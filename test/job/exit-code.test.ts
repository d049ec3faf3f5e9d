import { expect, test } from 'vitest'
import type { ErrorName } from '../../src/job/error-table.ts'
import { errorName } from '../../src/job/errors.ts'
import { pilotExitCode } from '../../src/job/exit-code.ts'

const ended = (error: ErrorName | undefined, signal?: string) => pilotExitCode({ error, signal })

// contracts/pilot-core.md 1.4: shell code, pilot code
test.each([
  [64, 1377],
  [65, 1008],
  [66, 1199],
  [67, 1103],
  [68, 1177],
  [68, 1163],
  [68, 1373],
  [69, 1098],
  [70, 1301],
  [71, 1116],
  [72, 1117],
  [73, 1186],
  [74, 1330],
  [75, 1332],
  [76, 1342],
  [77, 1331],
  [78, 1359],
  [79, 1318],
  [80, 1382],
  [81, 1213],
  [82, 1385],
  [83, 1386],
  [130, 1208],
  [131, 1202],
  [135, 1206],
  [137, 1200],
  [138, 1207],
  [139, 1203],
  [143, 1201],
  [152, 1204],
])('exit code %i for pilot code %i', (exitCode, code) => {
  expect(ended(errorName(code))).toBe(exitCode)
})

test('a code without a translation ends with 1', () => {
  expect(ended('STAGEINFAILED')).toBe(1)
})

test('nothing wrong ends with 0', () => {
  expect(ended(undefined)).toBe(0)
})

test.each([
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGBUS', 135],
  ['SIGUSR1', 138],
  ['SIGSEGV', 139],
  ['SIGTERM', 143],
  ['SIGXCPU', 152],
  ['SIGHUP', 137],
])('%s without an error ends with %i', (signal, exitCode) => {
  expect(ended(undefined, signal)).toBe(exitCode)
})

test('an error goes before the signal that came with it', () => {
  expect(ended('REACHEDMAXTIME', 'SIGTERM')).toBe(81)
})

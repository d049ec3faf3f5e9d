import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reduceReport } from '../../src/workers/reduce-report.ts'
import { wantedOfReport } from '../../src/workers/report-wanted.ts'
import { isMembers, parseStrict } from '../../src/workers/strict-json.ts'
import { takeWanted } from '../../src/workers/wanted.ts'

const text = readFileSync(join(import.meta.dirname, 'fixtures/jobReport.json'), 'utf8')
const fixture = JSON.parse(text)

function reduced(report: unknown): string {
  const tree = takeWanted(report, wantedOfReport, 0, () => {})
  if (!isMembers(tree)) throw new Error('no report')
  return reduceReport(tree)
}

test('a small report only loses its inputs and the records of its event loop', () => {
  const expected = structuredClone(fixture)
  delete expected.executor[0].metaData.eventLoop
  delete expected.files.input
  expect(JSON.parse(reduced(structuredClone(fixture)))).toEqual(expected)
})

test('of each level 25 log entries stay, and the beginning of the command line', () => {
  const details = { WARNING: Array.from({ length: 40 }, (_, n) => ({ message: `${n}` })), ERROR: [{ message: 'one' }] }
  const { WARNING, ERROR } = structuredClone(details)
  const report = {
    cmdLine: 'x'.repeat(5000),
    executor: [{ name: 'first' }, { logfileReport: { countSummary: 1, details } }],
  }
  const outcome = JSON.parse(reduced(report))
  expect(outcome.executor[1].logfileReport).toEqual({
    countSummary: 1,
    details: { WARNING: WARNING.slice(0, 25), ERROR },
  })
  expect(outcome.cmdLine).toBe(`${'x'.repeat(1000)} (truncated)`)
})

test('a huge report is reduced to what the server reads, a monstrous one to its single values', () => {
  const step = () => ({ errMsg: 'x'.repeat(65_000) })
  const { cmdLine, executor, ...rest } = fixture
  const huge = { ...structuredClone(fixture), executor: Array.from({ length: 2100 }, step) }
  expect(JSON.parse(reduced(huge))).toEqual({ ...rest, files: { output: fixture.files.output } })
  const monstrous = { ...structuredClone(fixture), resource: Array.from({ length: 2100 }, step) }
  expect(JSON.parse(reduced(monstrous))).toEqual({
    created: '2026-03-01T10:00:00',
    exitAcronym: 'TRF_EXEC_FAIL',
    exitCode: 65,
    exitMsg: 'Non-zero return code from EVNTtoHITS (65)',
    reportVersion: '2.1.1',
  })
})

test('the outcome is strict JSON whatever the report holds', () => {
  const values = fc.oneof(fc.jsonValue(), fc.double(), fc.constant('\ud83d'), fc.constant('x'.repeat(70_000)))
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), values), (report) => {
      const outcome = reduced(report)
      expect(isMembers(JSON.parse(outcome))).toBe(true)
      expect(outcome.isWellFormed()).toBe(true)
      expect(outcome).not.toMatch(/(?<!\\)\\ud[89a-f]/)
    }),
  )
})

test('integers keep all their digits', () => {
  expect(reduced(parseStrict('{"n":9007199254740993}'))).toBe('{"n":9007199254740993}')
})

test('nesting without end is dropped', () => {
  const deep = parseStrict(`{"deep":${'['.repeat(3000)}${']'.repeat(3000)},"exitCode":0}`)
  expect(reduced(deep)).toMatch(/^\{"deep":\[{64}null\]{64},"exitCode":0\}$/)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLenient as parse } from '../../src/workers/lenient-json.ts'
import { largeReportLimits, reduceReport } from '../../src/workers/reduce-report.ts'

const parseLenient = (text: string) => parse(text, largeReportLimits)
const text = readFileSync(join(import.meta.dirname, 'fixtures/jobReport.json'), 'utf8')
const fixture = JSON.parse(text)

test('a small report only loses the records of its event loop', () => {
  const expected = structuredClone(fixture)
  delete expected.executor[0].metaData.eventLoop
  expect(JSON.parse(reduceReport(structuredClone(fixture)))).toEqual(expected)
})

test('of each level 25 log entries stay, and the beginning of the command line', () => {
  const details = { WARNING: Array.from({ length: 40 }, (_, n) => ({ message: `${n}` })), ERROR: [{ message: 'one' }] }
  const report = {
    cmdLine: 'x'.repeat(5000),
    executor: [{ name: 'first' }, { logfileReport: { countSummary: 1, details } }],
  }
  const reduced = JSON.parse(reduceReport(report))
  expect(reduced.executor[1].logfileReport).toEqual({
    countSummary: 1,
    details: { WARNING: details.WARNING.slice(0, 25), ERROR: details.ERROR },
  })
  expect(reduced.cmdLine).toBe(`${'x'.repeat(1000)} (truncated)`)
})

test('a huge report is reduced to what the server reads, a monstrous one to its single values', () => {
  const step = () => ({ errMsg: 'x'.repeat(65_000) })
  const { cmdLine, executor, ...rest } = fixture
  const huge = { ...structuredClone(fixture), executor: Array.from({ length: 2100 }, step) }
  expect(JSON.parse(reduceReport(huge))).toEqual({ ...rest, files: { output: fixture.files.output } })
  const monstrous = { ...structuredClone(fixture), resource: Array.from({ length: 2100 }, step) }
  expect(JSON.parse(reduceReport(monstrous))).toEqual({
    created: '2026-03-01T10:00:00',
    exitAcronym: 'TRF_EXEC_FAIL',
    exitCode: 65,
    exitMsg: 'Non-zero return code from EVNTtoHITS (65)',
    reportVersion: '2.1.1',
  })
})

test('a report too large for JSON.parse is reduced alike, without its inputs', () => {
  const { members } = parseLenient(text.padEnd(4_000_001))
  const small = JSON.parse(reduceReport(structuredClone(fixture)))
  delete small.files.input
  expect(JSON.parse(reduceReport(members))).toEqual(small)
})

test('the outcome is strict JSON whatever the report holds', () => {
  const values = fc.oneof(
    fc.jsonValue(),
    fc.double(),
    fc.bigInt(),
    fc.constant('\ud83d'),
    fc.constant('x'.repeat(70_000)),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), values), (report) => {
      const text = reduceReport(report)
      expect(parseLenient(text).kind).toBe('whole')
      expect(text.isWellFormed()).toBe(true)
      expect(text).not.toMatch(/(?<!\\)\\ud[89a-f]/)
    }),
  )
})

test('integers keep all their digits', () => {
  expect(reduceReport(parseLenient('{"n":9007199254740993}').members)).toBe('{"n":9007199254740993}')
})

test('nesting without end is dropped', () => {
  const { members } = parseLenient(`{"deep":${'['.repeat(3000)}${']'.repeat(3000)},"exitCode":0}`)
  expect(reduceReport(members)).toMatch(/^\{"deep":\[{64}null\]{64},"exitCode":0\}$/)
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wantedOfReport } from '../../src/workers/report-wanted.ts'
import { readReport } from './parsed-report.ts'
import { scanText } from './scan-text.ts'
import { temporaryDirectory } from './temporary.ts'

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/jobReport.json'), 'utf8'))

function reduced(report: unknown): string {
  return scanText(typeof report === 'string' ? report : JSON.stringify(report), wantedOfReport([])[0]).text
}

test('a small report only loses its inputs and the records of its event loop', () => {
  const expected = structuredClone(fixture)
  delete expected.executor[0].metaData.eventLoop
  delete expected.files.input
  expect(JSON.parse(reduced(fixture))).toEqual(expected)
})

test('of each level 25 log entries stay, and the beginning of the command line', () => {
  const details = { WARNING: Array.from({ length: 40 }, (_, n) => ({ message: `${n}` })), ERROR: [{ message: 'one' }] }
  const { WARNING, ERROR } = details
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

test('the outcome is strict JSON whatever the report holds', () => {
  const values = fc.oneof(fc.jsonValue(), fc.double(), fc.constant('\ud83d'), fc.constant('x'.repeat(70_000)))
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), values), (report) => {
      const outcome = reduced(report)
      expect(JSON.parse(outcome)).toBeTypeOf('object')
      expect(outcome).toMatch(/^\{[\x20-\x7f]*\}$/)
      expect(JSON.stringify(JSON.parse(outcome)).isWellFormed()).toBe(true)
    }),
  )
})

test('integers keep all their digits', () => {
  expect(reduced('{"n":9007199254740993}')).toBe('{"n":9007199254740993}')
})

test('nesting without end is dropped', () => {
  const deep = `{"deep":${'['.repeat(3000)}${']'.repeat(3000)},"exitCode":0}`
  expect(reduced(deep)).toMatch(/^\{"deep":\[{64}null\]{64},"exitCode":0\}$/)
})

/** The names left of a report whose reduced text has room for `most` bytes. */
function namesLeft(most: number, report: object): string[] {
  const path = join(temporaryDirectory(), 'jobReport.json')
  writeFileSync(path, JSON.stringify(report))
  const read = readReport(path, [], { text: { most, held: most / 2 } })
  if (read.kind !== 'report') throw new Error(JSON.stringify(read))
  expect(read.report.processedEvents).toBe(7)
  return Object.keys(JSON.parse(read.text))
}

test('a huge report is reduced to what the server reads, a monstrous one to how the payload ended, in whatever order', () => {
  const long = 'x'.repeat(500)
  const all = {
    executor: [{ name: long }],
    files: { output: [{ subFiles: [{ name: long }] }] },
    resource: { transform: { processedEvents: 7 } },
    cmdLine: long,
    exitCode: 0,
    exitMsg: 'OK',
    other: long,
    others: [long],
  }
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.entries(all), { minLength: 8 }), (members) => {
      const report = Object.fromEntries(members)
      const names = Object.keys(report)
      const without = (...gone: readonly string[]) => names.filter((name) => !gone.includes(name))
      expect(namesLeft(3000, report)).toEqual(names)
      expect(namesLeft(2500, report)).toEqual(without('executor', 'cmdLine'))
      expect(namesLeft(1500, report)).toEqual(
        ['exitCode', 'exitMsg'].sort((one, other) => names.indexOf(one) - names.indexOf(other)),
      )
    }),
    { numRuns: 20 },
  )
})

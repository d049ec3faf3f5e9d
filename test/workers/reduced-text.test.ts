import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReducedText, textOf } from '../../src/workers/reduced-text.ts'
import { wantedOfReport } from '../../src/workers/report-wanted.ts'
import { scanText } from './scan-text.ts'

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/jobReport.json'), 'utf8'))

function reduced(report: unknown): string {
  return scanText(typeof report === 'string' ? report : JSON.stringify(report), wantedOfReport).text
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

/** The names left of members of 100 bytes each, with comma. */
function written(most: number, members: readonly (readonly [name: string, isNested: boolean])[]): string[] {
  const text = new ReducedText(most)
  for (const [name, isNested] of members) {
    const [open, close] = isNested ? ['["', '"]'] : ['"', '"']
    text.begin(name, `"${name}"`, isNested)
    text.write(open)
    text.copy(Buffer.from('x'.repeat(96 - name.length - 2 * open.length)))
    text.write(close)
    text.end()
  }
  return Object.keys(JSON.parse(textOf(text.finish())))
}

test('a huge report is reduced to what the server reads, a monstrous one to its single values, in whatever order', () => {
  const nested = ['executor', 'files', 'resource'].map((name) => [name, true] as const)
  const single = ['cmdLine', 'exitCode', 'exitMsg'].map((name) => [name, false] as const)
  fc.assert(
    fc.property(fc.shuffledSubarray([...nested, ...single], { minLength: 6 }), (members) => {
      const names = members.map(([name]) => name)
      const without = (...gone: readonly string[]) => names.filter((name) => !gone.includes(name))
      expect(written(601, members)).toEqual(names)
      expect(written(600, members)).toEqual(without('executor', 'cmdLine'))
      expect(written(401, members)).toEqual(without('executor', 'cmdLine'))
      expect(written(400, members)).toEqual(without('executor', 'cmdLine', 'files', 'resource'))
      expect(written(200, members)).toEqual([])
    }),
  )
})

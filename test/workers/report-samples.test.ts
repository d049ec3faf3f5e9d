import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readReport } from './parsed-report.ts'
import { sample, withoutSamples } from './report-samples.ts'

const namesIn = (text: string) => Array.from(text.matchAll(/"name": ?"([^"]*)"/g), ([, name = '']) => name)
/** Of all outputs that the report names. */
const read = (name: string) => readReport(sample(name), namesIn(readFileSync(sample(name), 'utf8')))

describe.skipIf(withoutSamples)(`the sample reports${withoutSamples ? `: ${withoutSamples}` : ''}`, () => {
  test('success: events, sums and outputs are the golden ones', () => {
    const outcome = read('jobReport-success.json')
    if (outcome.kind !== 'report') throw new Error(outcome.kind)
    const { outputs, ...report } = outcome.report
    expect(report).toMatchObject({
      exitCode: 0,
      exitMsg: 'OK',
      processedEvents: 2000,
      resimEvents: 1998,
      inputFiles: 3,
      cpuTime: 48483,
      dbTime: 176.75,
      dbData: 131346800,
    })
    expect(outputs?.map(({ guid, size, nEntries }) => [guid, size, nEntries])).toEqual([
      ['3D1F0A52-7B6C-4E18-9AF0-112233445566', 4187654321, 2000],
      ['9E8D7C6B-5A49-4832-B711-AABBCCDDEEFF', 1203344556, 2000],
      [undefined, 48812004, undefined],
    ])
    expect(outcome.text.length).toBeLessThan(15_847)
  })

  test('failure 65: the exit fields are the golden ones, the 31 warnings became 25', () => {
    const outcome = read('jobReport-failure-65.json')
    if (outcome.kind !== 'report') throw new Error(outcome.kind)
    expect(outcome.report).toMatchObject({ exitCode: 65, processedEvents: undefined, dbTime: 51.5, dbData: 50000000 })
    expect(outcome.report.exitMsg).toMatch(/ \(truncated\)$/)
    expect(JSON.parse(outcome.text).executor[0].logfileReport.details.WARNING).toHaveLength(25)
    expect(JSON.parse(outcome.text).executor[1].logfileReport.details).toBeDefined()
  })

  test('frontier: exit 68, and an empty list of outputs is not an absent one', () => {
    expect(read('jobReport-failure-frontier.json')).toMatchObject({ report: { exitCode: 68, outputs: [] } })
  })

  const invalid: Readonly<Record<string, object>> = {
    'bad-utf8.json': { kind: 'report', report: { exitCode: 65, exitMsg: expect.stringContaining('\uFFFD') } },
    'big-integers.json': {
      kind: 'report',
      report: { dbData: Number(9007199254740993n), dbTime: undefined, processedEvents: Number(9007199254740995n) },
      text: expect.stringContaining('"dbData":9007199254740993,'),
    },
    'deep-nesting.json': { kind: 'report', report: { exitCode: 0, exitMsg: 'OK' } },
    'duplicate-keys.json': { kind: 'report', report: { exitCode: 0, exitMsg: 'OK' } },
    'empty-executor.json': { kind: 'report', report: { exitCode: 65, outputs: [] } },
    'empty.json': { kind: 'unreadable', text: expect.stringContaining('empty'), report: { exitCode: undefined } },
    'lone-surrogate.json': { kind: 'report', report: { exitMsg: 'half of a pair: \uFFFD end' } },
    'missing-exit-fields.json': { kind: 'report', report: { exitCode: undefined, exitMsg: undefined, outputs: [] } },
    'nan-infinity.json': { kind: 'report', report: { processedEvents: 10, dbTime: undefined, dbData: 12 } },
    'not-json-html.json': { kind: 'unreadable', report: { exitCode: undefined } },
    'not-json-python-dict.json': { kind: 'unreadable', report: { exitCode: undefined } },
    'top-level-array.json': { kind: 'unreadable', text: expect.stringContaining('an array') },
    'top-level-empty-object.json': { kind: 'report', report: { exitCode: undefined, outputs: undefined }, text: '{}' },
    'top-level-null.json': { kind: 'unreadable', text: expect.stringContaining('null') },
    'truncated-before-last-brace.json': {
      kind: 'unreadable',
      report: { exitCode: 0, exitMsg: 'OK', processedEvents: 2000, dbTime: 176.75 },
    },
    'truncated-mid-string.json': { kind: 'unreadable', report: { exitCode: 0, exitMsg: 'OK', outputs: undefined } },
    'two-documents.json': { kind: 'unreadable', report: { exitCode: undefined, exitMsg: undefined } },
    'utf8-bom.json': { kind: 'report', report: { exitCode: 0, exitMsg: 'OK' } },
    'whitespace.json': { kind: 'unreadable', text: expect.stringContaining('empty') },
    'wrong-types.json': {
      kind: 'report',
      report: {
        exitCode: 65,
        exitMsg: undefined,
        processedEvents: 1000,
        dbTime: undefined,
        dbData: undefined,
        outputs: [{ name: 'HITS.1._000001.pool.root.1', guid: undefined, size: 12, nEntries: 1000 }],
      },
    },
  }

  test.each(Object.entries(invalid))('%s is read as the contract wants', (name, expected) => {
    expect(read(`invalid/${name}`)).toMatchObject(expected)
  })

  test('are all covered', () => {
    expect(readdirSync(sample('invalid')).sort()).toEqual(Object.keys(invalid).sort())
  })

  test('of every kind give reduced texts that are strict JSON', () => {
    for (const name of Object.keys(invalid)) {
      const outcome = read(`invalid/${name}`)
      if (outcome.kind !== 'report') continue
      expect(JSON.parse(outcome.text)).toBeTypeOf('object')
      expect(outcome.text).not.toMatch(/\\ud[89a-f]/)
    }
  })
})

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyReport, outputNames, written } from '../any-report.ts'
import { parsedReport, readReport } from '../parsed-report.ts'
import { sample, withoutSamples } from '../report-samples.ts'
import { temporaryDirectory } from '../temporary.ts'

/** Blocks of 64 bytes put an end of a block into every value; those of 1 MiB into none. */
const blocks = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(5000))
const path = () => join(temporaryDirectory(), 'jobReport.json')

/** In one block, where most is copied at once, and a text in memory; in blocks of any length, and a text in a file. */
function bothWays(path: string, blockLength: number) {
  return [
    readReport(path, outputNames),
    readReport(path, outputNames, { blockLength, text: { most: 1e8, held: blockLength } }),
  ]
}

/** As JSON.parse reads it; undefined where it does not. */
function parsed(text: string) {
  try {
    return parsedReport(text, outputNames)
  } catch {
    return undefined
  }
}

describe('a report is read as JSON.parse reads it, wherever a block ends', () => {
  test('whatever it holds and however it is written', () => {
    const report = path()
    fc.assert(
      fc.property(anyReport, written, blocks, (tree, write, block) => {
        const text = write(tree)
        writeFileSync(report, text)
        const [one, other] = bothWays(report, block)
        if (one?.kind !== 'report') throw new Error(one?.kind)
        expect({ report: one.report, reduced: JSON.parse(one.text) }).toEqual(parsed(text))
        expect(other).toEqual(one)
      }),
      { numRuns: 300 },
    )
  })

  test('where it is cut, and each field is then as in the whole one or absent', () => {
    const report = path()
    fc.assert(
      fc.property(anyReport, written, blocks, fc.nat(), (tree, write, block, at) => {
        const text = Buffer.from(write(tree).trimEnd())
        const whole = parsed(text.toString())
        writeFileSync(report, text.subarray(0, at % text.length))
        const [one, other] = bothWays(report, block)
        expect(other).toEqual(one)
        if (one?.kind !== 'unreadable') throw new Error(one?.kind)
        for (const [name, value] of Object.entries(one.report)) {
          if (value !== undefined) expect([name, value]).toEqual([name, Reflect.get(whole?.report ?? {}, name)])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('where it has a defect', () => {
    const report = path()
    const defects = fc.constantFrom('NaN', '"', '\\', '[', '}', ',', ':', '\xff\xfe', '\u0000', '-', '{"x":1}', '\\u12')
    fc.assert(
      fc.property(anyReport, written, blocks, fc.nat(), fc.nat(20), defects, (tree, write, block, at, gone, defect) => {
        const text = Buffer.from(write(tree))
        const begin = at % text.length
        const bytes = Buffer.concat([
          text.subarray(0, begin),
          Buffer.from(defect, 'latin1'),
          text.subarray(begin + gone),
        ])
        writeFileSync(report, bytes)
        const [one, other] = bothWays(report, block)
        expect(other).toEqual(one)
        const expected = parsed(bytes.toString())
        if (expected === undefined) return
        if (one?.kind !== 'report') throw new Error(one?.kind)
        expect({ report: one.report, reduced: JSON.parse(one.text) }).toEqual(expected)
      }),
      { numRuns: 400 },
    )
  })

  test('of texts at the edge of the longest', () => {
    const report = path()
    const lengths = fc.constantFrom(999, 1000, 1001, 1012, 1013, 65_535, 65_536, 65_537, 65_548, 65_549, 400_000)
    const units = fc.constantFrom('x', 'é', '"', '\u0001', '😀')
    fc.assert(
      fc.property(lengths, units, fc.constantFrom(0, 1), blocks, (length, unit, odd, block) => {
        const long = 'y'.repeat(odd) + unit.repeat(Math.ceil(length / unit.length))
        const text = JSON.stringify({
          exitMsg: long,
          cmdLine: long,
          [long]: 1,
          executor: [{ errMsg: long, [long]: [] }],
        })
        writeFileSync(report, text)
        const [one, other] = bothWays(report, Math.max(block, 64))
        if (one?.kind !== 'report') throw new Error(one?.kind)
        expect({ report: one.report, reduced: JSON.parse(one.text) }).toEqual(parsed(text))
        expect(other).toEqual(one)
      }),
      { numRuns: 25 },
    )
  })
})

describe.skipIf(withoutSamples)(`of the sample reports${withoutSamples ? `: ${withoutSamples}` : ''}`, () => {
  const names = withoutSamples
    ? []
    : ['.', 'invalid'].flatMap((directory) =>
        readdirSync(sample(directory))
          .filter((name) => name.endsWith('.json'))
          .map((name) => join(directory, name)),
      )

  test.each(names)('%s is read so', (name) => {
    const expected = parsed(readFileSync(sample(name), 'utf8'))
    for (const block of [1, 7, 64, 1000, 1 << 20]) {
      const [one, other] = bothWays(sample(name), block)
      expect(other).toEqual(one)
      if (one?.kind === 'report' && expected !== undefined) {
        expect({ report: one.report, reduced: JSON.parse(one.text) }).toEqual(expected)
      }
    }
  })

  test('the fields are found in what is left of one that is cut anywhere', () => {
    const text = readFileSync(sample('jobReport-success.json'))
    const report = path()
    for (let length = 1; length < text.length; length += 97) {
      writeFileSync(report, text.subarray(0, length))
      const [one, other] = bothWays(report, 64)
      expect(other).toEqual(one)
      const exitCode = text.subarray(0, length).includes('"exitMsg"') ? 0 : undefined
      expect(one).toMatchObject({ kind: 'unreadable', ...(exitCode === 0 ? { report: { exitCode } } : {}) })
    }
  })
})

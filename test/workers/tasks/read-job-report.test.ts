import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobReport } from '../../../src/job/job-report.ts'
import { readJobReport } from '../../../src/workers/tasks/read-job-report.ts'
import { readReport } from '../parsed-report.ts'
import { temporaryDirectory } from '../temporary.ts'

const fixture = join(import.meta.dirname, '../fixtures/jobReport.json')
const whole = readFileSync(fixture, 'utf8')

const nothing: JobReport = {
  exitCode: undefined,
  exitAcronym: undefined,
  exitMsg: undefined,
  exeErrorCode: undefined,
  exeErrorDiag: undefined,
  processedEvents: undefined,
  resimEvents: undefined,
  inputFiles: undefined,
  cpuTime: undefined,
  outputs: undefined,
  outputEvents: undefined,
  dbTime: undefined,
  dbData: undefined,
}

const outputs = ['HITS.1._000001.pool.root.1', 'HIST.1._000001.pool.root.1']

function read(path: string) {
  return readReport(path, outputs)
}

function readContent(content: string | Uint8Array) {
  const path = join(temporaryDirectory(), 'jobReport.json')
  writeFileSync(path, content)
  return read(path)
}

test('a report gives each field of the contract', () => {
  expect(read(fixture)).toMatchObject({
    kind: 'report',
    report: {
      ...nothing,
      exitCode: 65,
      exitAcronym: 'TRF_EXEC_FAIL',
      exitMsg: 'Non-zero return code from EVNTtoHITS (65)',
      processedEvents: 250,
      inputFiles: 1,
      cpuTime: 103,
      outputs: [
        {
          name: 'HITS.1._000001.pool.root.1',
          guid: '5F0E2A44-9C1D-4B7E-8F3A-0123456789AB',
          size: 1234567,
          nEntries: 250,
        },
        { name: 'HIST.1._000001.pool.root.1', guid: undefined, size: 99, nEntries: undefined },
      ],
      outputEvents: 250,
      dbTime: 9.75,
      dbData: 4284032,
    },
  })
})

test('the report of a payload that is no transform gives its own error fields', () => {
  const payload = { exeErrorCode: '7', exeErrorDiag: 'no such event' }
  expect(readContent(JSON.stringify(payload))).toMatchObject({
    kind: 'report',
    report: { ...nothing, exeErrorCode: 7, exeErrorDiag: 'no such event' },
  })
})

test('of the outputs those of the job are told, and the events of all', () => {
  expect(readReport(fixture, ['HIST.1._000001.pool.root.1', 'not there'])).toMatchObject({
    report: { outputs: [{ name: 'HIST.1._000001.pool.root.1', size: 99 }], outputEvents: 250 },
  })
})

test('the CPU time is the own total of the transform, else the sum of the totals of its steps, else of their times', () => {
  const executor = { first: { cpuTime: 1, total: { cpuTime: 3 } }, second: { cpuTime: 2, total: { cpuTime: 4 } } }
  const cpuTimeOf = (resource: unknown) => readContent(JSON.stringify({ resource }))
  expect(cpuTimeOf({ executor, transform: { cpuTimeTotal: 9 } })).toMatchObject({ report: { cpuTime: 9 } })
  expect(cpuTimeOf({ executor, transform: { cpuTimeTotal: null } })).toMatchObject({ report: { cpuTime: 7 } })
  expect(cpuTimeOf({ executor: { only: { cpuTime: 2 } } })).toMatchObject({ report: { cpuTime: 2 } })
})

test('resimulated events are those of the first step that tells them, also as text', () => {
  const executor = { first: { resimevents: null }, second: { resimevents: '7' }, third: { resimevents: 8 } }
  expect(readContent(JSON.stringify({ resource: { executor } }))).toMatchObject({ report: { resimEvents: 7 } })
})

describe('whatever a field holds,', () => {
  test('it is absent or of its type, and spoils no other', () => {
    const paths = [
      ['exitMsg'],
      ['files'],
      ['files', 'output'],
      ['files', 'output', 0],
      ['files', 'output', 0, 'subFiles'],
      ['files', 'output', 0, 'subFiles', 0],
      ['resource'],
      ['resource', 'executor'],
      ['resource', 'executor', 'EVNTtoHITS'],
      ['resource', 'transform'],
      ['executor'],
      ['executor', 0, 'logfileReport'],
      ['executor', 0, 'metaData'],
      ['cmdLine'],
    ]
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const report = JSON.parse(whole)
        const parent = path.slice(0, -1).reduce((at, name) => at[name], report)
        parent[path.at(-1) ?? ''] = value
        const outcome = readContent(JSON.stringify(report))
        expect(outcome).toMatchObject({ kind: 'report', report: { exitCode: 65, exitAcronym: 'TRF_EXEC_FAIL' } })
        if (outcome.kind === 'report') expect(JSON.parse(outcome.text)).toMatchObject({ exitCode: 65 })
      }),
    )
  })
})

describe('a report that is cut anywhere', () => {
  test('is unreadable, and each field is as in the whole one or absent', () => {
    const { report: full } = read(fixture) as { report: JobReport }
    fc.assert(
      fc.property(fc.nat(whole.trimEnd().length - 1), (length) => {
        const outcome = readContent(whole.slice(0, length))
        if (outcome.kind !== 'unreadable') throw new Error(outcome.kind)
        for (const [name, value] of Object.entries(outcome.report)) {
          if (value !== undefined) expect(value).toEqual(full[name as keyof JobReport])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('behind the exit fields still has them', () => {
    const cut = whole.slice(0, whole.indexOf('"output"'))
    expect(readContent(cut)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringMatching(/jobReport\.json is not readable: at byte \d+ .*found the end/),
      report: { ...nothing, exitCode: 65, exitAcronym: 'TRF_EXEC_FAIL', exitMsg: expect.stringContaining('Non-zero') },
    })
  })

  test('within the exit code has none: 6 is not 65', () => {
    const cut = whole.slice(0, whole.indexOf('"exitCode": 6') + '"exitCode": 6'.length)
    expect(readContent(cut)).toMatchObject({ report: { exitAcronym: 'TRF_EXEC_FAIL', exitCode: undefined } })
  })
})

describe('what is no report', () => {
  test('because it is not there is missing', () => {
    expect(read(join(temporaryDirectory(), 'jobReport.json'))).toEqual({ kind: 'missing' })
  })

  test('because it is a directory is unreadable', () => {
    const path = join(temporaryDirectory(), 'jobReport.json')
    mkdirSync(path)
    expect(read(path)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining('a directory'),
      report: nothing,
    })
  })

  test('because it is a link to some file is unreadable: its text would go to the server', () => {
    const path = join(temporaryDirectory(), 'jobReport.json')
    symlinkSync(fixture, path)
    expect(read(path)).toMatchObject({ kind: 'unreadable', text: expect.stringContaining('a symbolic link') })
  })

  test('because it is larger than the limit is unreadable', () => {
    expect(readReport(fixture, outputs, { largest: 100 })).toMatchObject({
      kind: 'unreadable',
      text: expect.stringMatching(/it has \d+ bytes, at most 100 are read/),
    })
  })
})

test('a bomb of a report gives the fields before it, and ends', () => {
  expect(
    readContent(`{"exitCode":65,"files":{"output":[{"subFiles":[${'{},'.repeat(6_500_000)}0]}]},"resource":{}}`),
  ).toMatchObject({
    kind: 'unreadable',
    text: expect.stringContaining('more than 6000000 values'),
    report: { ...nothing, exitCode: 65 },
  })
})

test('a reduced report from which a secret could not be taken out leaves no file, and the fields stay', () => {
  const directory = temporaryDirectory()
  const [path, target] = [join(directory, 'jobReport.json'), join(directory, 'reduced')]
  const text = JSON.stringify({ exitCode: 65, exitMsg: 'opened with sesame' })
  writeFileSync(path, text)
  // What stands for the secret is longer than the secret.
  const limits = { largest: 1000, text: { most: text.length, held: 4 } }
  expect(readJobReport({ path, outputs: [], secrets: ['sesame'], target }, () => {}, limits)).toMatchObject({
    kind: 'report',
    report: { exitCode: 65, exitMsg: 'opened with [hidden]' },
    text: '',
    problem: expect.stringContaining('secrets'),
  })
  expect(existsSync(target)).toBe(false)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failedEnd, failedReport, wantedLines } from '../../src/experiments/payload-errors.ts'
import type { PayloadTraces } from '../../src/experiments/port.ts'
import { errors } from '../../src/job/error-table.ts'
import { primary } from '../../src/job/errors.ts'
import type { FoundLines, LinePatterns } from '../../src/job/line-pattern.ts'
import type { ProcessEnd } from '../../src/job/process.ts'
import { createLineSearch } from '../../src/workers/line-search.ts'
import { reportWith } from './job.ts'

const exited = (exitCode: number): ProcessEnd => ({ kind: 'exited', exitCode, cpuSeconds: 1 })

interface Left {
  readonly report?: PayloadTraces['report']
  readonly stdout?: string
  readonly stderr?: string
}

/** What is known of a payload that left these texts and this report. */
function traces(end: ProcessEnd, { report, stdout = '', stderr = '' }: Left = {}): PayloadTraces {
  const wanted = wantedLines(end)
  return { end, report, stdout: linesOf(wanted.stdout, stdout), stderr: linesOf(wanted.stderr, stderr) }
}

function linesOf(patterns: LinePatterns, text: string): FoundLines {
  const search = createLineSearch(patterns)
  search.push(text)
  return search.end()
}

/** The PanDA codes found, in order. */
function codes(given: PayloadTraces, inContainer = false): number[] {
  return failedEnd(given, inContainer).map(({ name }) => errors[name].code)
}

describe('the exit code', () => {
  test.each([1, 2, 3, 65, 146, 251, 255])('%i is told as it is, with 1305', (code) => {
    expect(failedEnd(traces(exited(code)), false)).toEqual([
      { name: 'PAYLOADEXECUTIONFAILURE', detail: `exit code ${code}`, phase: 'payload', at: 0, origin: 'diagnosis' },
    ])
  })

  test.each([
    [137, 'exit code 137, killed by signal 9 (SIGKILL)'],
    [143, 'exit code 143, killed by signal 15 (SIGTERM)'],
  ])('%i is explained', (code, detail) => {
    expect(failedEnd(traces(exited(code)), false)).toMatchObject([{ name: 'PAYLOADEXECUTIONFAILURE', detail }])
  })

  test('139 is a segmentation fault of the payload', () => {
    expect(codes(traces(exited(139)))).toEqual([1328, 1305])
  })

  test('a launcher that died of a signal, and a payload that was lost, are told as that', () => {
    const signalled = traces({ kind: 'signalled', signal: 'SIGKILL', cpuSeconds: undefined })
    expect(failedEnd(signalled, false)).toMatchObject([{ detail: 'killed by signal 9 (SIGKILL)' }])
    const unknown = traces({ kind: 'signalled', signal: 'SIGRTMIN', cpuSeconds: undefined })
    expect(failedEnd(unknown, false)).toMatchObject([{ detail: 'killed by SIGRTMIN' }])
    const lost = failedEnd(traces({ kind: 'lost', text: 'process 12 is gone' }), false)
    expect(lost).toMatchObject([{ name: 'UNKNOWNPAYLOADFAILURE', detail: 'process 12 is gone' }])
  })

  test('0 is a success whatever was printed', () => {
    const texts = { stderr: 'Operation not permitted\nNo space left on device\nstd::bad_alloc\n' }
    expect(codes(traces(exited(0), texts), true)).toEqual([])
  })
})

describe('the cause in the texts', () => {
  test.each([
    [1212, 'FATAL out of memory: taking the application down'],
    [1212, "terminate called after throwing an instance of 'std::bad_alloc'"],
    [1098, 'tar: x: Cannot write: No space left on device'],
    [1308, 'WARNING: Not mounting requested bind point /scratch'],
    [1307, 'ERROR: No more available loop devices'],
    [1309, 'ERROR: Failed to mount image in (read only)'],
    [1309, 'error: while mounting /x'],
    [1345, 'ERROR: Failed to create user namespace'],
    [1325, 'Singularity is not installed'],
    [1372, 'Apptainer is not installed'],
  ])('%i comes before 1305 and is the primary error: %s', (code, line) => {
    const given = traces(exited(1), { stderr: `before\n${line}\nafter\n` })
    expect(codes(given)).toEqual([code, 1305])
    const [first] = failedEnd(given, false)
    expect(first?.detail).toBe(line)
    expect(primary(failedEnd(given, false).toReversed())).toEqual(first)
  })

  test('bad_alloc counts on stdout too', () => {
    expect(codes(traces(exited(134), { stdout: 'St9bad_alloc\n' }))).toEqual([1212, 1305])
  })

  test('"Operation not permitted" is of the container only where one was asked for', () => {
    const given = traces(exited(1), { stderr: 'chown: Operation not permitted\n' })
    expect(codes(given, false)).toEqual([1305])
    expect(codes(given, true)).toEqual([1306, 1305])
  })

  test.each([
    ['CRITICAL of stdout', 'x\nSim CRITICAL no geometry\n', 'ERROR: e\n', 'Sim CRITICAL no geometry'],
    ['an error of stderr', 'fine\n', 'w WARNING\nROOT Error: no file\n', 'ROOT Error: no file'],
    ['an unknown command', '', 'bash: line 1: foo: command not found\n', 'bash: line 1: foo: command not found'],
    ['a warning', '', 'a WARNING b', 'a WARNING b'],
  ])('the telling line is %s', (_, stdout, stderr, line) => {
    const findings = failedEnd(traces(exited(65), { stdout, stderr }), false)
    expect(findings.at(-1)?.detail).toBe(`exit code 65: ${line}`)
  })

  test('of an endless line only the surroundings are told', () => {
    const stderr = `${'x'.repeat(100_000)} No space left on device ${'y'.repeat(100_000)}`
    const [first] = failedEnd(traces(exited(1), { stderr }), false)
    expect(first?.detail).toContain('No space left on device')
    expect(first?.detail.length).toBeLessThanOrEqual(256)
  })
})

describe('the job report', () => {
  test('its message explains a non-zero exit', () => {
    const report = reportWith({ exitCode: 65, exitMsg: 'Non-zero return code from EVNTtoHITS (65)' })
    const findings = failedEnd(traces(exited(65), { report, stderr: 'ERROR: other' }), false)
    expect(findings).toMatchObject([{ detail: 'exit code 65: Non-zero return code from EVNTtoHITS (65)' }])
  })

  test('SIGSEGV and bad_alloc in it are specific causes', () => {
    const withMessage = (exitMsg: string) => traces(exited(65), { report: reportWith({ exitCode: 65, exitMsg }) })
    expect(codes(withMessage('step got a SIGSEGV signal (exit code 139)'))).toEqual([1328, 1305])
    expect(codes(withMessage('Fatal: St9bad_alloc'))).toEqual([1223, 1305])
  })

  test.each([{ exitCode: 11 }, { exitCode: 0, exeErrorCode: 11 }])(
    'it may tell of a failure the exit code hides: %j',
    (fields) => {
      const [finding] = failedReport(reportWith({ ...fields, exitMsg: 'no events' }))
      expect(finding).toMatchObject({ name: 'UNKNOWNPAYLOADFAILURE' })
      expect(finding?.detail).toBe('the payload exited with 0, its job report says exit code 11: no events')
    },
  )

  test('one of success, or none, tells of nothing', () => {
    expect(failedReport(reportWith({ exitCode: 0, exitMsg: 'OK' }))).toEqual([])
    expect(failedReport(undefined)).toEqual([])
  })
})

test('every end but exit 0 gives the generic finding last and no code twice, whatever the payload printed', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 200 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 255 }), text, text, fc.boolean(), (code, stderr, stdout, inContainer) => {
      const found = codes(traces(exited(code), { stderr, stdout }), inContainer)
      expect(found.at(-1)).toBe(1305)
      expect(new Set(found).size).toBe(found.length)
    }),
  )
})

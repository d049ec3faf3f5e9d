import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Closing, type Conclusion, finalUpdate, outcomeOf } from '../../src/job/conclusion.ts'
import { type ErrorName, errors } from '../../src/job/error-table.ts'
import { type Finding, primary } from '../../src/job/errors.ts'
import type { StoredFile } from '../../src/job/files.ts'
import type { PayloadResult } from '../../src/job/payload.ts'
import type { ProcessEnd } from '../../src/job/process.ts'
import { assignment, finding, storedResult } from '../model/examples.ts'

const names = Object.keys(errors) as ErrorName[]

const findings: fc.Arbitrary<Finding[]> = fc.array(
  fc.record({ name: fc.constantFrom(...names), at: fc.nat(100) }).map(({ name, at }) => ({ ...finding(name), at })),
  { maxLength: 5 },
)
const end: fc.Arbitrary<ProcessEnd | undefined> = fc.constantFrom(
  undefined,
  { kind: 'exited', exitCode: 0, cpuSeconds: 5 },
  { kind: 'exited', exitCode: 255, cpuSeconds: undefined },
  { kind: 'signalled', signal: 'SIGKILL', cpuSeconds: 1 },
  { kind: 'lost', text: 'no status file' },
)
const stored: fc.Arbitrary<StoredFile[]> = fc
  .subarray(['out.root', 'log.tgz'])
  .map((lfns) => lfns.map(storedResult).flatMap((result) => (result.kind === 'stored' ? [result.file] : [])))

const conclusions: fc.Arbitrary<Conclusion> = fc.record({ findings, end, stored }).map((known) => ({
  assignment,
  findings: known.findings,
  stored: known.stored,
  payload: payloadOf(known.end),
  use: undefined,
}))

const closing: Closing = { endTime: 5000, pilotTiming: '1|2|3|4|5|6', pilotLog: 'the last lines' }

function payloadOf(how: ProcessEnd | undefined): PayloadResult {
  return { end: how, report: undefined, metaData: '', outputs: [], findings: [], startedAt: 1000, endedAt: 3000 }
}

const empty: Conclusion = { assignment, findings: [], stored: [], payload: undefined, use: undefined }

describe('the final update', () => {
  test('says `finished` exactly when nothing was found', () => {
    fc.assert(
      fc.property(conclusions, (conclusion) => {
        const isClean = conclusion.findings.length === 0
        expect(finalUpdate(conclusion, closing).state).toBe(isClean ? 'finished' : 'failed')
        expect(outcomeOf(conclusion)).toBe(isClean ? 'finished' : 'failed')
      }),
    )
  })

  test('carries an error exactly when it says `failed`: the primary one', () => {
    fc.assert(
      fc.property(conclusions, (conclusion) => {
        const worst = primary(conclusion.findings)
        const reported = finalUpdate(conclusion, closing).final?.pilotError
        expect(reported?.code).toBe(worst === undefined ? undefined : errors[worst.name].code)
      }),
    )
  })

  test('of a failed job reports no file but the log, of a finished one all that were stored', () => {
    fc.assert(
      fc.property(conclusions, (conclusion) => {
        const reported = finalUpdate(conclusion, closing).final?.stored.map(({ lfn }) => String(lfn))
        const all = conclusion.stored.map(({ lfn }) => String(lfn))
        const isClean = conclusion.findings.length === 0
        expect(reported).toEqual(isClean ? all : all.filter((lfn) => lfn === 'log.tgz'))
      }),
    )
  })

  test('has the exit code the payload had, 255 included, and none of one that did not exit', () => {
    fc.assert(
      fc.property(conclusions, (conclusion) => {
        const how = conclusion.payload?.end
        const expected = how?.kind === 'exited' ? how.exitCode : undefined
        expect(finalUpdate(conclusion, closing).final?.exitCode).toBe(expected)
      }),
    )
  })

  test('shows the log of the pilot only of a failed job', () => {
    expect(finalUpdate(empty, closing).final?.pilotLog).toBe('')
    expect(finalUpdate({ ...empty, findings: [finding('SIGTERM')] }, closing).final?.pilotLog).toBe('the last lines')
  })

  test('is about the acquisition it belongs to', () => {
    const { pandaId, attemptNr } = assignment.definition
    expect(finalUpdate(empty, closing)).toMatchObject({ pandaId, attemptNr, final: { endTime: 5000 } })
  })

  test('counts the CPU time the launcher saw when the samples missed it', () => {
    const use = { cpuTime: 2, meanCores: 1, memory: undefined, workDirSize: undefined }
    const short = payloadOf({ kind: 'exited', exitCode: 0, cpuSeconds: 5 })
    expect(finalUpdate({ ...empty, payload: short }, closing).use?.cpuTime).toBe(5)
    expect(finalUpdate({ ...empty, payload: short, use: { ...use, cpuTime: 9 } }, closing).use?.cpuTime).toBe(9)
    expect(finalUpdate(empty, closing).use).toBeUndefined()
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyJobState, foldHistory } from '../../src/job/job-state.ts'
import type { JobRecord, Recorded } from '../../src/job/record.ts'
import { type ResumePoint, resumePoint, storedBefore } from '../../src/job/resume.ts'
import { assignment, finalWith, heartbeat, processIdentity, storedResult } from '../model/examples.ts'

const { raw: definition, directory: workDirectory, startTime } = assignment
const stored = storedResult('out.root')
/** What a job that succeeds leaves on record, in its order. */
const whole: readonly JobRecord[] = [
  { kind: 'definition', definition, workDirectory, startTime },
  { kind: 'launching', commandLine: './run', cookie: 'cookie' },
  { kind: 'process', identity: processIdentity, statusFile: '/status' },
  { kind: 'payload-ended', end: { kind: 'exited', exitCode: 0, cpuSeconds: 1 } },
  { kind: 'outcome', outcome: 'finished', code: 0, text: '', update: finalWith() },
  { kind: 'message', id: 9, update: finalWith() },
  { kind: 'acknowledged', id: 9, commands: [] },
  { kind: 'delivered', at: 5 },
]
/** What may stand anywhere in between and moves nothing. */
const aside = fc.constantFrom<JobRecord>(
  { kind: 'phase', phase: 'payload', cause: '' },
  { kind: 'message', id: 1, update: heartbeat('running') },
  { kind: 'acknowledged', id: 1, commands: [] },
  { kind: 'transfer', direction: 'in', lfn: 'a.root', state: { kind: 'intended', pfn: '/a' } },
)
const order: readonly ResumePoint['from'][] = ['start', 'launch', 'payload', 'examination', 'delivery', 'end']

const recorded = (records: readonly JobRecord[]): Recorded[] =>
  records.map((record, index) => ({ seq: index + 1, at: index, record }))

describe('where a job goes on after its pilot died', () => {
  test('is never before what was done, wherever in its life the pilot died and whatever stands between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), aside)), (asides) => {
        const records = whole.flatMap((record, index) => [
          record,
          ...asides.flatMap(([place, other]) => (place === index ? [other] : [])),
        ])
        const points = records.map((_, index) => order.indexOf(resumePoint(recorded(records.slice(0, index + 1))).from))
        expect(points).toEqual([...points].sort((a, b) => a - b))
        expect(new Set(points).size).toBe(order.length)
      }),
    )
  })

  test('is known for any records in any order; a launch on record is never forgotten', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...whole]), (records) => {
        const { from } = resumePoint(recorded(records))
        expect(order).toContain(from)
        if (from === 'start') expect(records.map(({ kind }) => kind)).not.toContain('launching')
      }),
    )
  })

  test('counts an output as stored only when that was the last word on it', () => {
    if (stored.kind !== 'stored') throw new Error('the example itself is not stored')
    const done = { kind: 'done', stored: stored.file } as const
    const states = fc.array(
      fc.constantFrom(done, { kind: 'intended', pfn: '/x' } as const, { kind: 'failed', text: '' } as const),
    )
    fc.assert(
      fc.property(states, (all) => {
        const records = all.map((state): JobRecord => ({ kind: 'transfer', direction: 'out', lfn: 'out.root', state }))
        const before = storedBefore(foldHistory(recorded(records)), 'out')
        expect(before.has('out.root')).toBe(all.at(-1)?.kind === 'done')
        expect(storedBefore(foldHistory(recorded(records)), 'log').size).toBe(storedBefore(emptyJobState, 'log').size)
      }),
    )
  })
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobRecord, Recorded } from '../../../src/job/record.ts'
import { livesOf } from '../../../src/simulation/replay/lives.ts'
import { recording } from './recordings.ts'

const records: fc.Arbitrary<readonly Recorded[]> = fc
  .array(
    fc.oneof(
      fc.constantFrom<JobRecord>(
        { kind: 'phase', phase: 'preparing', cause: '' },
        { kind: 'phase', phase: 'payload', cause: '' },
      ),
      fc.nat({ max: 3 }).map((id): JobRecord => ({ kind: 'acknowledged', id, commands: [] })),
    ),
  )
  .map((list) => list.map((record, place) => ({ seq: place + 1, at: place, record })))

test('the lives are the history, cut', () => {
  fc.assert(
    fc.property(records, (history) => {
      const lives = livesOf(history)
      expect(lives.flatMap((life) => life.records)).toEqual(history)
      for (const { before } of lives) expect(history.slice(0, before.length)).toEqual(before)
      for (const { records } of lives) expect(records).not.toEqual([])
    }),
  )
})

test('one life for each pilot process', () => {
  expect(livesOf(recording('finished'))).toHaveLength(1)
  expect(livesOf(recording('killed-payload')).map(({ before }) => before.length)).toEqual([0, 11])
  expect(livesOf(recording('killed-delivery')).map(({ before }) => before.length)).toEqual([0, 19])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pilotLifetime, workDirLimit } from '../../src/job/limits.ts'
import { assignment } from '../model/examples.ts'

const { queue, definition } = assignment
const seconds = fc.integer({ min: 1, max: 10_000_000 })

describe('the limits of a pilot', () => {
  test('end it before the batch system would, and leave it at least half of its time', () => {
    fc.assert(
      fc.property(seconds, seconds, fc.boolean(), (maxTime, lifetime, queueSays) => {
        const known = { ...queue, maxTime: queueSays ? maxTime : 0, walltimeGrace: 1 }
        const all = queueSays ? maxTime : lifetime
        expect(pilotLifetime(known, lifetime)).toBeLessThan(all)
        expect(pilotLifetime(known, lifetime)).toBeGreaterThanOrEqual(all / 2)
      }),
    )
  })

  test('share the work directory among cores: the jobs that fill a node fit together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 256 }), (maxWorkDir, coreCount) => {
        const known = { ...queue, maxWorkDir, coreCount, workDirGrace: 1 }
        const one = workDirLimit(known, { ...definition, coreCount: 1 })
        const all = workDirLimit(known, { ...definition, coreCount: coreCount + 1 })
        expect(one * coreCount).toBeCloseTo(all, 0)
        expect(workDirLimit({ ...known, maxWorkDir: maxWorkDir + 1 }, definition)).toBeGreaterThan(
          workDirLimit(known, definition),
        )
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TreeSample } from '../../src/job/process.ts'
import { addSample, addWorkDirSize, emptyMeter, useOf } from '../../src/job/resource-meter.ts'

const kilobytes = fc.nat({ max: 2 ** 30 })
const sample = fc.record<TreeSample>({
  processes: fc.nat({ max: 100 }),
  cpuSeconds: fc.nat({ max: 1e6 }),
  rss: kilobytes,
  pss: kilobytes,
  vmem: kilobytes,
  swap: kilobytes,
})
const samples = fc.array(sample, { minLength: 1, maxLength: 50 })

describe('the meter of a payload', () => {
  test('has the largest of each kind of memory, and no mean above it or below the smallest', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const memory = useOf(all.reduce(addSample, emptyMeter), 100)?.memory
        const rss = all.map((one) => one.rss)
        expect(memory?.maxRss).toBe(Math.max(...rss))
        expect(memory?.avgRss).toBeLessThanOrEqual(Math.max(...rss))
        expect(memory?.avgRss).toBeGreaterThanOrEqual(Math.floor(Math.min(...rss)))
      }),
    )
  })

  test('never lets CPU time or the work directory shrink', () => {
    fc.assert(
      fc.property(samples, (all) => {
        let meter = emptyMeter
        for (const one of all) {
          const after = addWorkDirSize(addSample(meter, one), one.rss)
          expect(after.cpuSeconds).toBeGreaterThanOrEqual(Math.max(meter.cpuSeconds, one.cpuSeconds))
          expect(after.workDirSize).toBeGreaterThanOrEqual(Math.max(meter.workDirSize, one.rss))
          meter = after
        }
      }),
    )
  })
})

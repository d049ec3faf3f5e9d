import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Phase } from '../../src/job/phases.ts'
import type { Recorded } from '../../src/job/record.ts'
import { phaseSeconds, pilotTiming } from '../../src/job/timing.ts'

const phases = fc.constantFrom<Phase>('preparing', 'stage-in', 'payload', 'stage-out', 'log', 'reporting')
const steps = fc.array(fc.tuple(phases, fc.nat({ max: 10_000_000 })), { minLength: 1 })

/** A history that enters each phase so many ms after the one before, and the time it was left. */
function historyOf(all: readonly (readonly [Phase, number])[]): { history: Recorded[]; first: number; until: number } {
  let at = 1000
  const history = all.map(([phase, duration], index): Recorded => {
    const recorded = { seq: index + 1, at, record: { kind: 'phase', phase, cause: '' } } as const
    at += duration
    return recorded
  })
  return { history, first: 1000, until: at }
}

describe('the time a job spent in its phases', () => {
  test('adds up to all the time since the first', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { history, first, until } = historyOf(all)
        const sum = Object.values(phaseSeconds(history, until)).reduce((total, seconds) => total + seconds, 0)
        expect(sum).toBeCloseTo((until - first) / 1000, 3)
      }),
    )
  })

  test('is never negative, whatever the clock did', () => {
    const times = fc.array(fc.tuple(phases, fc.integer()))
    fc.assert(
      fc.property(times, fc.integer(), (all, until) => {
        const history = all.map(
          ([phase, at], seq): Recorded => ({ seq, at, record: { kind: 'phase', phase, cause: '' } }),
        )
        for (const seconds of Object.values(phaseSeconds(history, until))) expect(seconds).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('is told as six whole numbers, the log as part of stage-out', () => {
    const seconds = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(seconds, seconds, seconds, seconds, (stageOut, log, acquire, setup) => {
        const told = pilotTiming({ 'stage-out': stageOut, log }, acquire, setup)
        expect(told).toMatch(/^\d+(\|\d+){5}$/)
        expect(told.split('|').map(Number)).toEqual([
          Math.trunc(acquire),
          0,
          0,
          Math.trunc(stageOut + log),
          Math.trunc(setup),
          0,
        ])
      }),
    )
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WorldClock } from '../../src/simulation/clock.ts'
import { makeParts } from './parts.ts'

function runAll(clock: WorldClock): void {
  while (clock.step() !== 'none');
}

test('events come by time, those of one time in the order in which they were set', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), (delays) => {
      const clock = new WorldClock()
      const seen: { readonly delay: number; readonly nth: number }[] = []
      delays.forEach((delay, nth) => {
        clock.after(delay, undefined, () => {
          expect(clock.now).toBe(delay)
          seen.push({ delay, nth })
        })
      })
      runAll(clock)
      const expected = delays
        .map((delay, nth) => ({ delay, nth }))
        .toSorted((a, b) => a.delay - b.delay || a.nth - b.nth)
      expect(seen).toEqual(expected)
    }),
  )
})

test('an event that is set by another is due after it, also at the same time', () => {
  const clock = new WorldClock()
  const seen: string[] = []
  clock.after(5, undefined, () => {
    seen.push('first')
    clock.after(0, undefined, () => seen.push('third'))
  })
  clock.after(5, undefined, () => seen.push('second'))
  runAll(clock)
  expect(seen).toEqual(['first', 'second', 'third'])
})

test('a cancelled event never comes, and a timer that fired may be cancelled', () => {
  const { clock, life } = makeParts()
  const seen: string[] = []
  const fired = life.timers.setTimeout(() => seen.push('fired'), 1)
  life.timers.clearTimeout(life.timers.setTimeout(() => seen.push('cancelled'), 2))
  runAll(clock)
  life.timers.clearTimeout(fired)
  expect(seen).toEqual(['fired'])
  expect(life.waiting).toBe(0)
})

test('a dead process is not woken, a paused one when it goes on', () => {
  const { clock, life, newLife } = makeParts()
  const dead = newLife()
  const seen: number[] = []
  dead.after(1, () => seen.push(-1))
  life.after(1, () => seen.push(clock.now))
  dead.alive = false
  life.pausedUntil = 100
  runAll(clock)
  expect(seen).toEqual([100])
})

test('what a dead process asked for is never answered', async () => {
  const { clock, life } = makeParts()
  let answered = false
  const asked = life
    .effect(10, () => 'done')
    .then(() => {
      answered = true
    })
  life.alive = false
  runAll(clock)
  await Promise.race([asked, new Promise((resolve) => setImmediate(resolve))])
  expect(answered).toBe(false)
})

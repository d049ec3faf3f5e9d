import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acknowledge, emptyOutbox, enqueue, merge, next, type Outbox, withdraw } from '../../src/job/outbox.ts'
import type { JobUpdate } from '../../src/job/update.ts'
import { finalWith, finding, heartbeat } from '../model/examples.ts'

type Step = 'starting' | 'running' | 'finished' | 'failed' | 'acknowledge' | 'refuse'

const steps = fc.array(
  fc.constantFrom<Step>('starting', 'running', 'running', 'running', 'finished', 'failed', 'acknowledge', 'refuse'),
)

function updateOf(step: Exclude<Step, 'acknowledge' | 'refuse'>): JobUpdate {
  if (step === 'finished') return finalWith()
  return step === 'failed' ? finalWith(finding('SIGTERM')) : heartbeat(step)
}

/** The outbox after each step; the server answers to what is first in line. */
function walk(all: readonly Step[], from: Outbox = emptyOutbox): Outbox[] {
  let outbox = from
  return all.map((step) => {
    const id = next(outbox)?.id ?? 0
    if (step === 'acknowledge') outbox = acknowledge(outbox, id)
    else if (step === 'refuse') outbox = withdraw(outbox, id)
    else outbox = enqueue(outbox, updateOf(step))
    return outbox
  })
}

const isFinal = (outbox: Outbox): boolean => next(outbox)?.update.final !== undefined

describe('the outbox', () => {
  test('holds one message at most, whatever comes', () => {
    fc.assert(fc.property(steps, (all) => walk(all).every(({ waiting }) => waiting.length <= 1)))
  })

  test('gives every message an id of its own, rising', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const ids = walk(all).flatMap(({ waiting }) => waiting.map(({ id }) => id))
        expect(ids).toEqual([...ids].sort((a, b) => a - b))
      }),
    )
  })

  test('keeps a final until the server answered to it, and lets nothing follow', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const outboxes = walk(all)
        outboxes.forEach((outbox, index) => {
          const before = outboxes[index - 1]
          if (before === undefined || !isFinal(before)) return
          const isAnswered = all[index] === 'acknowledge' || all[index] === 'refuse'
          expect(next(outbox)).toEqual(isAnswered ? undefined : next(before))
        })
      }),
    )
  })

  test('says `starting` until the server has heard a word, then what the job said; a final says its own', () => {
    fc.assert(
      fc.property(steps, (all) => {
        walk(all).forEach((outbox, index) => {
          const message = next(outbox)
          if (message === undefined) return
          const said = outbox.waiting[0]?.update.state
          const hasHeard = walk(all.slice(0, index + 1)).some(({ heard }) => heard)
          expect(message.update.state).toBe(hasHeard || message.update.final !== undefined ? said : 'starting')
        })
      }),
    )
  })

  test('has the newest heartbeat in line, unless a final stands there', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const before = walk(all).at(-1) ?? emptyOutbox
        const update = { ...heartbeat('running'), nEvents: 77 }
        expect(next(enqueue(before, update))?.update.nEvents).toBe(isFinal(before) ? next(before)?.update.nEvents : 77)
      }),
    )
  })

  test('forgets nothing when the answer is to a message that was replaced meanwhile', () => {
    const first = enqueue(emptyOutbox, heartbeat('starting'))
    const second = enqueue(first, finalWith(finding('SIGTERM')))
    expect(next(acknowledge(second, next(first)?.id ?? 0))).toEqual(next(second))
  })

  test('of an earlier life goes first when it was a final, and gives way to what came since when not', () => {
    fc.assert(
      fc.property(steps, steps, (before, since) => {
        const left = walk(before).at(-1) ?? emptyOutbox
        const fresh = walk(since.filter((step) => step !== 'acknowledge' && step !== 'refuse')).at(-1) ?? emptyOutbox
        const joined = merge(left, fresh)
        const expected = isFinal(left) || fresh.waiting.length === 0 ? left : fresh
        expect(joined.waiting[0]?.update).toEqual(expected.waiting[0]?.update)
        expect(joined.heard).toBe(left.heard)
        expect(joined.nextId).toBeGreaterThanOrEqual(left.nextId)
        expect(joined.waiting.every(({ id }) => id < joined.nextId)).toBe(true)
      }),
    )
  })
})

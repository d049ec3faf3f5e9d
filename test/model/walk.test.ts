import { describe, expect, test } from 'vitest'
import { assign, sendParent, sendTo, setup } from 'xstate'
import { effect } from '../../src/machines/task.ts'
import { ended, isClosed, told } from './history.ts'
import { answers, breaking, lineOf, walk } from './walk.ts'

/** A chart with one flaw of each kind the walk is there to find. */
const flawed = setup({
  types: { context: {} as { tries: number }, events: {} as { type: 'go' | 'trap' | 'late' } },
  actors: { work: effect<void, string>() },
  actions: { speak: sendParent({ type: 'spoke' }), sendToNobody: sendTo('nobody', { type: 'late' }) },
  guards: { never: () => false },
  delays: { pause: 10, longPause: 50 },
}).createMachine({
  id: 'flawed',
  context: { tries: 0 },
  initial: 'waiting',
  states: {
    waiting: {
      on: { go: [{ guard: 'never', target: 'unreached' }, { target: 'working' }], trap: 'trapped' },
      after: { pause: { actions: 'speak' }, longPause: 'done' },
    },
    working: {
      on: { late: { actions: 'sendToNobody' } },
      invoke: {
        src: 'work',
        onDone: [{ guard: ({ event }) => event.output === 'good', target: 'done' }, { target: 'waiting' }],
        onError: { target: 'waiting', actions: assign({ tries: ({ context }) => context.tries + 1 }) },
      },
    },
    unreached: {},
    trapped: {},
    done: { type: 'final' },
  },
})

const walked = walk({
  machine: flawed,
  starts: { only: undefined },
  messages: { go: { type: 'go' }, trap: { type: 'trap' }, late: { type: 'late' } },
  children: { work: answers({ good: 'good', bad: 'bad' }) },
  tellsApart: ({ tries }) => Math.min(tries, 2),
})

describe('the walk', () => {
  test('finds what nothing leads to and the arrow that breaks, and nothing else', () => {
    expect(walked.missing).toEqual(['unreached', 'waiting · go 1/2 → unreached', 'working · late → stays'])
    expect(lineOf(walked)).toContain('5 states, 9 transitions')
    expect(lineOf(walked)).not.toContain('100 %')
  })

  test('finds the states without a way to the end', () => {
    expect(walked.stuck).toContain('only, trap')
    expect(walked.stuck).not.toContain('only, go')
  })

  test('shows the shortest path to a break', () => {
    expect(breaking(walked, ({ history }) => history.some(({ kind }) => kind === 'broke'))[0]).toBe('only, go, late')
  })

  test('makes children end in every way they may', () => {
    for (const how of ['good', 'bad', 'failed']) {
      expect(breaking(walked, (path) => ended(path, 'work').includes(how))).not.toEqual([])
    }
  })

  test('lets earlier timers fire on the way to a later one', () => {
    const path = walked.paths.find(({ moves }) => moves.join() === 'only,timer 2')
    expect(path === undefined ? [] : [isClosed(path), told(path, 'spoke').length]).toEqual([true, 1])
    expect(path?.history.at(-1)?.at).toBe(50)
  })
})

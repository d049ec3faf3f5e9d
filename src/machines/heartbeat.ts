// Guarantees: `heartbeat.due` comes one period after the last one for as long as the job lives, in every phase.
// May happen: debug mode shortens the period at once; no acknowledgement for `lostAfter` is told, once until the next one.
// Never: a heartbeat after `heartbeat.stop`.

import { assign, sendParent, setup } from 'xstate'
import type { HeartbeatMessage, JobMessage } from './messages.ts'

/** All in ms. */
export interface HeartbeatInput {
  readonly period: number
  readonly debugPeriod: number
  readonly lostAfter: number
}

interface HeartbeatContext extends HeartbeatInput {
  readonly debug: boolean
}

export const heartbeatMachine = setup({
  types: {
    input: {} as HeartbeatInput,
    context: {} as HeartbeatContext,
    events: {} as HeartbeatMessage,
  },
  actions: {
    tellLost: () => {},
  },
  guards: {
    changesPeriod: ({ context, event }) => event.type === 'heartbeat.debug' && event.on !== context.debug,
  },
  delays: {
    period: ({ context }) => (context.debug ? context.debugPeriod : context.period),
    lostAfter: ({ context }) => context.lostAfter,
  },
}).createMachine({
  id: 'heartbeat',
  context: ({ input }) => ({ ...input, debug: false }),
  initial: 'beating',
  states: {
    beating: {
      type: 'parallel',
      on: { 'heartbeat.stop': 'stopped' },
      states: {
        rhythm: {
          initial: 'resting',
          states: {
            resting: {
              after: {
                period: {
                  target: 'resting',
                  reenter: true,
                  actions: sendParent({ type: 'heartbeat.due' } satisfies JobMessage),
                },
              },
              on: {
                'heartbeat.debug': {
                  guard: 'changesPeriod',
                  target: 'resting',
                  reenter: true,
                  actions: assign({ debug: ({ event }) => event.on }),
                },
              },
            },
          },
        },
        contact: {
          initial: 'held',
          states: {
            held: {
              after: { lostAfter: { target: 'lost', actions: 'tellLost' } },
              on: { 'heartbeat.acknowledged': { target: 'held', reenter: true } },
            },
            lost: { on: { 'heartbeat.acknowledged': 'held' } },
          },
        },
      },
    },
    stopped: { type: 'final' },
  },
  options: { maxIterations: 1000 },
})

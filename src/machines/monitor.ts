// Guarantees: the checks of a running job are made one period after the last ones ended, never two rounds at once.
// May happen: a check finds the job guilty: told with the finding, as often as it is found.
// Never: a broken check ends the job; a round after `monitor.stop`.

import { assign, enqueueActions, sendParent, setup } from 'xstate'
import type { Assignment } from '../job/assignment.ts'
import type { Finding } from '../job/errors.ts'
import type { ProcessIdentity } from '../job/process.ts'
import { emptyMeter, type ResourceMeter } from '../job/resource-meter.ts'
import type { ResourceUse } from '../job/update.ts'
import type { JobMessage, MonitorMessage } from './messages.ts'
import { effect } from './task.ts'

export interface MonitorInput {
  readonly assignment: Assignment
  /** ms between rounds; the first after the payload started comes sooner. */
  readonly period: number
  readonly firstRound: number
}

export interface CheckInput {
  readonly assignment: Assignment
  readonly identity: ProcessIdentity | undefined
  /** ms since the epoch. */
  readonly watchedSince: number | undefined
  readonly meter: ResourceMeter
}

export interface CheckRound {
  readonly meter: ResourceMeter
  readonly use: ResourceUse | undefined
  readonly findings: readonly Finding[]
}

interface MonitorContext extends MonitorInput {
  readonly identity: ProcessIdentity | undefined
  readonly watchedSince: number | undefined
  readonly meter: ResourceMeter
}

export const monitorMachine = setup({
  types: {
    input: {} as MonitorInput,
    context: {} as MonitorContext,
    events: {} as MonitorMessage,
  },
  actors: { check: effect<CheckInput, CheckRound>() },
  actions: {
    tell: enqueueActions(({ enqueue }, round: CheckRound) => {
      if (round.use !== undefined) enqueue(sendParent({ type: 'monitor.sampled', use: round.use } satisfies JobMessage))
      for (const finding of round.findings) {
        enqueue(sendParent({ type: 'monitor.violated', finding } satisfies JobMessage))
      }
    }),
  },
  delays: {
    period: ({ context }) => context.period,
    firstRound: ({ context }) => context.firstRound,
  },
}).createMachine({
  id: 'monitor',
  context: ({ input }) => ({ ...input, identity: undefined, watchedSince: undefined, meter: emptyMeter }),
  initial: 'resting',
  on: {
    'monitor.stop': '.stopped',
    'monitor.watch': {
      target: '.warmingUp',
      actions: assign({ identity: ({ event }) => event.identity, watchedSince: ({ event }) => event.at }),
    },
    'monitor.unwatch': { actions: assign({ identity: undefined }) },
  },
  states: {
    resting: { after: { period: 'checking' } },
    warmingUp: { after: { firstRound: 'checking' } },
    checking: {
      invoke: {
        src: 'check',
        input: ({ context: { assignment, identity, watchedSince, meter } }) => ({
          assignment,
          identity,
          watchedSince,
          meter,
        }),
        onDone: {
          target: 'resting',
          actions: [
            assign({ meter: ({ event }) => event.output.meter }),
            { type: 'tell', params: ({ event }) => event.output },
          ],
        },
        onError: 'resting',
      },
    },
    stopped: { type: 'final' },
  },
  options: { maxIterations: 1000 },
})

// Guarantees: each message is recorded before it is sent and sent until the server acknowledged it; a final is never dropped.
// May happen: the server is silent or broken for hours; a newer heartbeat replaces an unsent one; a stop wants hurry; the lease ends.
// Never: two messages under way at once, a final that waits for the answer to a heartbeat (a stop has no time for a lost
// one), anything after the final, an acknowledgement that was not recorded.

import { assign, sendParent, sendTo, setup } from 'xstate'
import type { Assignment } from '../job/assignment.ts'
import type { ServerCommand } from '../job/commands.ts'
import { acknowledge, emptyOutbox, enqueue, merge, next, type Outbox, type Outgoing, withdraw } from '../job/outbox.ts'
import type { JobMessage, ReporterMessage } from './messages.ts'
import { abortTask, effect } from './task.ts'

/** ms: the longest pause when a stop allows no more; its budget is some seconds. */
export const hurriedPause = 1_000

export interface ReporterInput {
  readonly assignment: Assignment
}

/** What became of one sending. `refused`: the same again cannot help. */
export type Delivery =
  | { readonly kind: 'accepted'; readonly commands: readonly ServerCommand[]; readonly at: number }
  | { readonly kind: 'refused' | 'unknown'; readonly text: string; readonly pause: number }

interface ReporterContext extends ReporterInput {
  readonly outbox: Outbox
  readonly current: Outgoing | undefined
  readonly failures: number
  readonly last: Delivery | undefined
  readonly hurry: boolean
}

export const reporterMachine = setup({
  types: {
    input: {} as ReporterInput,
    context: {} as ReporterContext,
    events: {} as ReporterMessage,
  },
  actors: {
    /** What an earlier life of this reporter left undelivered. */
    recall: effect<Assignment, Outbox>(),
    record: effect<{ assignment: Assignment; message: Outgoing }, void>(),
    send: effect<{ assignment: Assignment; message: Outgoing; failures: number; hurry: boolean }, Delivery>(),
    note: effect<{ assignment: Assignment; id: number; commands: readonly ServerCommand[] }, void>(),
  },
  actions: {
    /** The body logs what stays in PilotDB unacknowledged. */
    sayUndelivered: () => {},
    queue: assign({
      outbox: ({ context, event }) =>
        event.type === 'reporter.send' ? enqueue(context.outbox, event.update) : context.outbox,
    }),
    hurry: assign({ hurry: true }),
    giveUpSend: sendTo('send', abortTask),
    /** Its own failure says nothing more of how long the server has been silent. */
    goOutOfTurn: assign({ failures: ({ context }) => Math.max(0, context.failures - 1) }),
    takeNext: assign({ current: ({ context }) => next(context.outbox) }),
    withdraw: assign({
      outbox: ({ context }) => withdraw(context.outbox, context.current?.id ?? 0),
      failures: 0,
    }),
    drop: assign({
      outbox: ({ context }) => acknowledge(context.outbox, context.current?.id ?? 0),
      failures: 0,
    }),
  },
  guards: {
    finalOvertakes: ({ context, event }) =>
      event.type === 'reporter.send' && event.update.final !== undefined && context.current?.update.final === undefined,
    somethingWaits: ({ context }) => next(context.outbox) !== undefined,
    finalIsUnderWay: ({ context }) => context.current?.update.final !== undefined,
    newerWaits: ({ context }) => next(context.outbox)?.id !== context.current?.id,
  },
  delays: {
    pause: ({ context: { last, hurry } }) => {
      const pause = last !== undefined && 'pause' in last ? last.pause : 0
      return hurry ? Math.min(hurriedPause, pause) : pause
    },
  },
}).createMachine({
  id: 'reporter',
  context: ({ input }) => ({
    ...input,
    outbox: emptyOutbox,
    current: undefined,
    failures: 0,
    last: undefined,
    hurry: false,
  }),
  initial: 'recalling',
  on: {
    'reporter.send': { actions: 'queue' },
    'reporter.hurry': { actions: 'hurry' },
    'reporter.giveUp': {
      target: '.closed',
      actions: ['sayUndelivered', sendParent({ type: 'reporter.undeliverable' } satisfies JobMessage)],
    },
  },
  states: {
    recalling: {
      invoke: {
        src: 'recall',
        input: ({ context }) => context.assignment,
        onDone: {
          target: 'idle',
          actions: assign({ outbox: ({ context, event }) => merge(event.output, context.outbox) }),
        },
        onError: 'idle',
      },
    },
    idle: {
      always: { guard: 'somethingWaits', target: 'recording' },
    },
    recording: {
      entry: 'takeNext',
      invoke: {
        src: 'record',
        input: ({ context }) => ({ assignment: context.assignment, message: context.current as Outgoing }),
        onDone: 'sending',
        onError: 'sending',
      },
    },
    sending: {
      on: { 'reporter.send': { guard: 'finalOvertakes', actions: ['queue', 'giveUpSend'] } },
      invoke: {
        id: 'send',
        src: 'send',
        input: ({ context }) => ({
          assignment: context.assignment,
          message: context.current as Outgoing,
          failures: context.failures,
          hurry: context.hurry,
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'accepted',
            target: 'noting',
            actions: assign({ last: ({ event }) => event.output }),
          },
          {
            guard: ({ context, event }) =>
              event.output.kind === 'refused' && context.current?.update.final === undefined,
            target: 'idle',
            actions: 'withdraw',
          },
          {
            target: 'waiting',
            actions: assign({ last: ({ event }) => event.output, failures: ({ context }) => context.failures + 1 }),
          },
        ],
        onError: { target: 'waiting', actions: assign({ failures: ({ context }) => context.failures + 1 }) },
      },
    },
    waiting: {
      always: { guard: 'newerWaits', target: 'recording', actions: 'goOutOfTurn' },
      on: { 'reporter.hurry': { target: 'sending', actions: 'hurry' } },
      after: { pause: 'sending' },
    },
    noting: {
      invoke: {
        src: 'note',
        input: ({ context }) => ({
          assignment: context.assignment,
          id: context.current?.id ?? 0,
          commands: commandsOf(context.last),
        }),
        onDone: 'acknowledged',
        onError: 'acknowledged',
      },
    },
    acknowledged: {
      entry: [
        sendParent(
          ({ context }): JobMessage => ({
            type: 'reporter.acknowledged',
            job: context.current?.update ?? context.assignment.definition,
            commands: commandsOf(context.last),
            at: context.last?.kind === 'accepted' ? context.last.at : 0,
          }),
        ),
        'drop',
      ],
      always: [
        {
          guard: 'finalIsUnderWay',
          target: 'closed',
          actions: sendParent({ type: 'reporter.delivered' } satisfies JobMessage),
        },
        { target: 'idle' },
      ],
    },
    closed: { type: 'final' },
  },
  options: { maxIterations: 1000 },
})

function commandsOf(delivery: Delivery | undefined): readonly ServerCommand[] {
  return delivery?.kind === 'accepted' ? delivery.commands : []
}

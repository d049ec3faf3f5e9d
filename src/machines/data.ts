// Guarantees: every file of one direction ends exactly once; at most `most` are under way; the catalogue is written when all are there.
// May happen: a file fails, or its transfer breaks: no further one is started, those under way end by themselves.
// Never: a transfer alive after `ended`.

import { assign, enqueueActions, raise, setup, stopChild } from 'xstate'
import type { Assignment } from '../job/assignment.ts'
import { type Finding, internalProblem } from '../job/errors.ts'
import type { OutputFile } from '../job/files.ts'
import type { Lfn } from '../job/ids.ts'
import { type Direction, phaseOf, type TransferOrder, type TransferResult } from '../job/transfer.ts'
import type { DataMessage, TransferMessage } from './messages.ts'
import { effect } from './task.ts'
import { transferMachine } from './transfer.ts'

export interface DataInput {
  readonly assignment: Assignment
  readonly direction: Direction
  /** What goes out: by the experiment's choice, or the log. Empty when staging in. */
  readonly outputs: readonly OutputFile[]
  /** Files in flight at once. */
  readonly most: number
}

export interface DataPlan {
  readonly orders: readonly TransferOrder[]
  /** Files that were brought there by an earlier life of this pilot. */
  readonly done: readonly TransferResult[]
  readonly findings: readonly Finding[]
}

export interface DataOutput {
  readonly results: readonly TransferResult[]
  readonly findings: readonly Finding[]
}

export interface SettleInput {
  readonly assignment: Assignment
  readonly direction: Direction
  readonly results: readonly TransferResult[]
}

interface DataContext extends DataInput {
  readonly waiting: readonly TransferOrder[]
  readonly inFlight: readonly Lfn[]
  readonly results: readonly TransferResult[]
  readonly findings: readonly Finding[]
}

/** A transfer broke: a bug of ours, contained. */
type TransferBroke = { readonly type: 'xstate.error.actor.transfer'; readonly actorId: string; readonly error: unknown }

export const dataMachine = setup({
  types: {
    input: {} as DataInput,
    context: {} as DataContext,
    events: {} as DataMessage | TransferBroke,
    output: {} as DataOutput,
  },
  actors: {
    plan: effect<DataInput, DataPlan>(),
    settle: effect<SettleInput, readonly Finding[]>(),
    transfer: transferMachine,
  },
  actions: {
    startTransfers: enqueueActions(({ context, enqueue }) => {
      const free = context.findings.length > 0 ? 0 : Math.max(0, context.most - context.inFlight.length)
      const starting = context.waiting.slice(0, free)
      for (const order of starting) enqueue.spawnChild('transfer', { id: transferId(order.lfn), input: order })
      enqueue.assign({
        waiting: context.waiting.slice(starting.length),
        inFlight: [...context.inFlight, ...starting.map(({ lfn }) => lfn)],
      })
    }),
    noteEnd: assign(({ context, event }) =>
      event.type === 'transfer.ended'
        ? {
            inFlight: context.inFlight.filter((lfn) => lfn !== event.lfn),
            results: [...context.results, event.result],
            findings: event.result.kind === 'failed' ? [...context.findings, event.result.finding] : context.findings,
          }
        : {},
    ),
    forgetChild: stopChild(({ event }) => (event.type === 'transfer.ended' ? transferId(event.lfn) : '')),
    startNoMore: assign(({ context }) => ({
      waiting: [],
      results: [...context.results, ...context.waiting.map(({ lfn }): TransferResult => ({ kind: 'cancelled', lfn }))],
    })),
    cancelAll: enqueueActions(({ context, enqueue }) => {
      for (const lfn of context.inFlight) {
        enqueue.sendTo(transferId(lfn), { type: 'transfer.cancel' } satisfies TransferMessage)
      }
    }),
    noteFindings: assign({
      findings: ({ context }, findings: readonly Finding[]) => [...context.findings, ...findings],
    }),
  },
  guards: {
    nothingInFlight: ({ context }) => context.inFlight.length === 0,
    allDone: ({ context }) => context.inFlight.length === 0 && context.waiting.length === 0,
    somethingFailed: ({ context }) => context.findings.length > 0,
  },
}).createMachine({
  id: 'data',
  context: ({ input }) => ({ ...input, waiting: [], inFlight: [], results: [], findings: [] }),
  initial: 'planning',
  on: {
    'xstate.error.actor.*': {
      actions: raise(({ context, event }): DataMessage => {
        const lfn = lfnOf(event.actorId)
        const finding = broken(context, event.error)
        return { type: 'transfer.ended', lfn, result: { kind: 'failed', lfn, finding, attempts: 0 } }
      }),
    },
  },
  states: {
    planning: {
      on: { 'data.stop': 'ended' },
      invoke: {
        src: 'plan',
        input: ({ context }) => context,
        onDone: {
          target: 'transferring',
          actions: [
            assign({ waiting: ({ event }) => event.output.orders, results: ({ event }) => event.output.done }),
            { type: 'noteFindings', params: ({ event }) => event.output.findings },
          ],
        },
        onError: {
          target: 'ended',
          actions: { type: 'noteFindings', params: ({ context, event }) => [broken(context, event.error)] },
        },
      },
    },
    transferring: {
      entry: 'startTransfers',
      always: [
        { guard: 'somethingFailed', target: 'draining' },
        { guard: 'allDone', target: 'settling' },
      ],
      on: {
        'transfer.ended': { target: 'transferring', reenter: true, actions: ['noteEnd', 'forgetChild'] },
        'data.stop': { target: 'draining', actions: 'cancelAll' },
      },
    },
    draining: {
      entry: 'startNoMore',
      always: { guard: 'nothingInFlight', target: 'ended' },
      on: {
        'transfer.ended': { actions: ['noteEnd', 'forgetChild'] },
        'data.stop': { actions: 'cancelAll' },
      },
    },
    settling: {
      invoke: {
        src: 'settle',
        input: ({ context: { assignment, direction, results } }) => ({ assignment, direction, results }),
        onDone: { target: 'ended', actions: { type: 'noteFindings', params: ({ event }) => event.output } },
        onError: {
          target: 'ended',
          actions: { type: 'noteFindings', params: ({ context, event }) => [broken(context, event.error)] },
        },
      },
    },
    ended: { type: 'final' },
  },
  output: ({ context: { results, findings } }) => ({ results, findings }),
  options: { maxIterations: 1000 },
})

const transferPrefix = 'transfer:'

function transferId(lfn: Lfn): string {
  return `${transferPrefix}${lfn}`
}

function lfnOf(id: string): Lfn {
  return id.slice(transferPrefix.length) as Lfn
}

function broken({ direction }: DataContext, error: unknown): Finding {
  return internalProblem(phaseOf(direction), error)
}

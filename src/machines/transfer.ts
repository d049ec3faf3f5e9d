// Guarantees: one file, ended exactly once: stored and verified, absent by permission, failed with a finding, or cancelled.
// May happen: a try fails; the next one, after a pause, takes the next way to the file.
// Never: `stored` without size and checksum compared; a copy still running after the end.

import { assign, sendParent, sendTo, setup } from 'xstate'
import { internalProblem } from '../job/errors.ts'
import type { MeasuredFile } from '../job/files.ts'
import {
  type CopyStep,
  type MeasureStep,
  mayTryAgain,
  phaseOf,
  type Source,
  type StepFailure,
  type TransferOrder,
  type TransferResult,
  type VerifyStep,
  wayOfAttempt,
} from '../job/transfer.ts'
import type { DataMessage, TransferMessage } from './messages.ts'
import { abortTask, effect } from './task.ts'

export interface CopyInput {
  readonly order: TransferOrder
  readonly way: Source
  /** What the local file of an output measured before. */
  readonly measured: MeasuredFile | undefined
}

export interface VerifyInput extends CopyInput {
  readonly copy: CopyStep & { readonly kind: 'copied' }
}

export interface TransferContext {
  readonly order: TransferOrder
  readonly measured: MeasuredFile | undefined
  readonly copy: (CopyStep & { readonly kind: 'copied' }) | undefined
  /** Tries that failed. */
  readonly attempts: number
  readonly failure: StepFailure | undefined
  readonly result: TransferResult | undefined
  readonly cancelled: boolean
}

export const transferMachine = setup({
  types: {
    input: {} as TransferOrder,
    context: {} as TransferContext,
    events: {} as TransferMessage,
  },
  actors: {
    measure: effect<TransferOrder, MeasureStep>(),
    copy: effect<CopyInput, CopyStep>(),
    verify: effect<VerifyInput, VerifyStep>(),
  },
  actions: {
    /** What an earlier try failed of does not count any more. */
    noteCancel: assign({ cancelled: true, result: undefined }),
    giveUpCopy: sendTo('copy', abortTask),
    /** The body records a failure and shows the end. */
    showEnd: () => {},
    tellEnd: sendParent(
      ({ context }): DataMessage => ({
        type: 'transfer.ended',
        lfn: context.order.lfn,
        result: context.result ?? { kind: 'cancelled', lfn: context.order.lfn },
      }),
    ),
    noteFailure: assign({
      attempts: ({ context }) => context.attempts + 1,
      failure: (_, failure: StepFailure) => failure,
      result: ({ context }, failure: StepFailure): TransferResult => ({
        kind: 'failed',
        lfn: context.order.lfn,
        finding: failure.finding,
        attempts: context.attempts + 1,
      }),
    }),
  },
  guards: {
    isInput: ({ context }) => context.order.direction === 'in',
    wasCancelled: ({ context }) => context.cancelled,
    mayTryAgain: ({ context }) =>
      context.failure !== undefined && mayTryAgain(context.failure, context.attempts, context.order.ways.length),
  },
  delays: { pause: 1000 },
}).createMachine({
  id: 'transfer',
  context: ({ input }) => ({
    order: input,
    measured: undefined,
    copy: undefined,
    attempts: 0,
    failure: undefined,
    result: undefined,
    cancelled: false,
  }),
  initial: 'choosing',
  states: {
    choosing: { always: [{ guard: 'isInput', target: 'copying' }, { target: 'measuring' }] },
    measuring: {
      on: { 'transfer.cancel': { target: 'ended', actions: 'noteCancel' } },
      invoke: {
        src: 'measure',
        input: ({ context }) => context.order,
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'measured',
            target: 'copying',
            actions: assign({
              measured: ({ event }) => (event.output.kind === 'measured' ? event.output.file : undefined),
            }),
          },
          {
            guard: ({ event }) => event.output.kind === 'there',
            target: 'ended',
            actions: assign({
              result: ({ context, event }) =>
                event.output.kind === 'there' ? stored(context, event.output.file, event.output.way) : context.result,
            }),
          },
          {
            guard: ({ event }) => event.output.kind === 'absent',
            target: 'ended',
            actions: assign({ result: ({ context }): TransferResult => ({ kind: 'absent', lfn: context.order.lfn }) }),
          },
          {
            target: 'ended',
            actions: { type: 'noteFailure', params: ({ event }) => event.output as StepFailure },
          },
        ],
        onError: {
          target: 'ended',
          actions: { type: 'noteFailure', params: ({ context, event }) => broken(context, event.error) },
        },
      },
    },
    copying: {
      on: { 'transfer.cancel': { actions: ['noteCancel', 'giveUpCopy'] } },
      invoke: {
        id: 'copy',
        src: 'copy',
        input: ({ context }) => ({ order: context.order, way: currentWay(context), measured: context.measured }),
        onDone: [
          { guard: 'wasCancelled', target: 'ended' },
          {
            guard: ({ event }) => event.output.kind === 'copied',
            target: 'verifying',
            actions: assign({ copy: ({ event }) => (event.output.kind === 'copied' ? event.output : undefined) }),
          },
          {
            target: 'judging',
            actions: { type: 'noteFailure', params: ({ event }) => event.output as StepFailure },
          },
        ],
        onError: [
          { guard: 'wasCancelled', target: 'ended' },
          {
            target: 'ended',
            actions: { type: 'noteFailure', params: ({ context, event }) => broken(context, event.error) },
          },
        ],
      },
    },
    verifying: {
      on: { 'transfer.cancel': { target: 'ended', actions: 'noteCancel' } },
      invoke: {
        src: 'verify',
        input: ({ context }) => ({
          order: context.order,
          way: currentWay(context),
          measured: context.measured,
          copy: context.copy as CopyStep & { kind: 'copied' },
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'verified',
            target: 'ended',
            actions: assign({
              result: ({ context, event }) =>
                event.output.kind === 'verified' ? stored(context, event.output.file) : context.result,
            }),
          },
          {
            target: 'judging',
            actions: { type: 'noteFailure', params: ({ event }) => event.output as StepFailure },
          },
        ],
        onError: {
          target: 'ended',
          actions: { type: 'noteFailure', params: ({ context, event }) => broken(context, event.error) },
        },
      },
    },
    judging: { always: [{ guard: 'mayTryAgain', target: 'pausing' }, { target: 'ended' }] },
    pausing: {
      on: { 'transfer.cancel': { target: 'ended', actions: 'noteCancel' } },
      after: { pause: 'copying' },
    },
    ended: { type: 'final', entry: ['showEnd', 'tellEnd'] },
  },
  options: { maxIterations: 1000 },
})

function broken({ order }: TransferContext, error: unknown): StepFailure {
  return { kind: 'failed', finding: internalProblem(phaseOf(order.direction), error), advice: 'give-up' }
}

function currentWay(context: TransferContext): Source {
  return wayOfAttempt(context.order.ways, context.attempts) ?? { pfn: '', turl: '', rse: undefined, copytool: '' }
}

function stored(context: TransferContext, { size, adler32 }: MeasuredFile, way = currentWay(context)): TransferResult {
  const { lfn, guid } = context.order
  return {
    kind: 'stored',
    lfn,
    file: { lfn, guid, size, adler32, surl: way.turl, rse: way.rse },
    way,
    attempts: context.attempts + 1,
  }
}

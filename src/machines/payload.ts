// Guarantees: the payload is launched at most once; when `ended` is reached none of its processes lives that could be found.
// May happen: it refuses to die: TERM, grace, KILL; daemons it left behind are swept.
// Never: a signal to a process that is not provably of this payload; an exit code that is not the payload's own.

import { assign, sendParent, setup } from 'xstate'
import type { Assignment } from '../job/assignment.ts'
import { type Finding, internalProblem } from '../job/errors.ts'
import type { Launch, PayloadResult, Preparation, ReadyCommand } from '../job/payload.ts'
import type { ProcessEnd, ProcessIdentity } from '../job/process.ts'
import type { ResumePoint } from '../job/resume.ts'
import type { JobMessage, PayloadMessage } from './messages.ts'
import { effect } from './task.ts'

export interface PayloadInput {
  readonly assignment: Assignment
  /** Where an earlier life of this pilot left it. */
  readonly resume: ResumePoint
}

/** What a launch whose answer was lost came to. */
export type Search =
  | { readonly kind: 'alive'; readonly identity: ProcessIdentity; readonly at: number }
  | { readonly kind: 'ended'; readonly end: ProcessEnd }
  /** Proven: it was never started. */
  | { readonly kind: 'never' }

/** How long TERM may take before KILL, ms (contracts/pilot-core.md 5; shorter when we ourselves are being killed). */
export const grace = 10_000
export const hurriedGrace = 2_000

/** Tries to get the transform, and the pause after the first, ms (contracts/pilot-core.md 7.1 step 2). */
const mostPreparations = 3
const firstPreparePause = 5_000

interface PayloadContext extends PayloadInput {
  /** Preparations that did not work. */
  readonly preparations: number
  readonly command: ReadyCommand | undefined
  readonly identity: ProcessIdentity | undefined
  readonly startedAt: number | undefined
  readonly end: ProcessEnd | undefined
  readonly killed: boolean
  readonly hurry: boolean
  readonly findings: readonly Finding[]
  readonly result: PayloadResult | undefined
}

export const payloadMachine = setup({
  types: {
    input: {} as PayloadInput,
    context: {} as PayloadContext,
    events: {} as PayloadMessage,
    output: {} as PayloadResult,
  },
  actors: {
    prepare: effect<{ assignment: Assignment }, Preparation>(),
    search: effect<{ assignment: Assignment; cookie: string }, Search>(),
    launch: effect<{ assignment: Assignment; command: ReadyCommand }, Launch>(),
    awaitEnd: effect<{ assignment: Assignment; identity: ProcessIdentity }, ProcessEnd>(),
    terminate: effect<ProcessIdentity, number>(),
    kill: effect<ProcessIdentity, number>(),
    sweep: effect<ProcessIdentity, number>(),
    examine: effect<
      { assignment: Assignment; end: ProcessEnd | undefined; startedAt: number | undefined; hurry: boolean },
      PayloadResult
    >(),
  },
  actions: {
    noteKill: assign({
      killed: true,
      hurry: ({ context, event }) => context.hurry || event.hurry,
    }),
    noteFinding: assign({ findings: ({ context }, finding: Finding) => [...context.findings, finding] }),
    tellStarted: sendParent(
      ({ context }): JobMessage => ({
        type: 'payload.started',
        identity: context.identity as ProcessIdentity,
        at: context.startedAt ?? 0,
      }),
    ),
  },
  guards: {
    wasKilled: ({ context }) => context.killed,
    hurriesMore: ({ context, event }) => event.hurry && !context.hurry,
  },
  delays: {
    grace: ({ context }) => (context.hurry ? hurriedGrace : grace),
    preparePause: ({ context }) => firstPreparePause * 2 ** (context.preparations - 1),
  },
}).createMachine({
  id: 'payload',
  context: ({ input }) => ({
    ...input,
    preparations: 0,
    command: undefined,
    identity: 'identity' in input.resume ? input.resume.identity : undefined,
    startedAt: 'startedAt' in input.resume ? input.resume.startedAt : undefined,
    end: 'end' in input.resume ? input.resume.end : undefined,
    killed: false,
    hurry: false,
    findings: [],
    result: undefined,
  }),
  initial: 'entering',
  on: { 'payload.kill': { actions: 'noteKill' } },
  states: {
    entering: {
      always: [
        { guard: ({ context }) => context.resume.from === 'launch', target: 'searching' },
        { guard: ({ context }) => context.resume.from === 'payload', target: 'alive' },
        { guard: ({ context }) => context.identity !== undefined, target: 'sweeping' },
        { guard: ({ context }) => context.end !== undefined, target: 'examining' },
        { target: 'preparing' },
      ],
    },
    searching: {
      invoke: {
        src: 'search',
        input: ({ context: { assignment, resume } }) => ({
          assignment,
          cookie: 'cookie' in resume ? resume.cookie : '',
        }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'alive',
            target: 'alive',
            actions: assign(({ event }) =>
              event.output.kind === 'alive' ? { identity: event.output.identity, startedAt: event.output.at } : {},
            ),
          },
          { guard: ({ context, event }) => event.output.kind === 'never' && context.killed, target: 'ended' },
          { guard: ({ event }) => event.output.kind === 'never', target: 'preparing' },
          {
            target: 'examining',
            actions: assign({ end: ({ event }) => (event.output.kind === 'ended' ? event.output.end : undefined) }),
          },
        ],
        onError: {
          target: 'examining',
          actions: { type: 'noteFinding', params: ({ event }) => internalProblem('payload', event.error) },
        },
      },
    },
    preparing: {
      on: { 'payload.kill': { target: 'ended', actions: 'noteKill' } },
      invoke: {
        src: 'prepare',
        input: ({ context }) => ({ assignment: context.assignment }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'ready',
            target: 'launching',
            actions: assign({
              command: ({ event }) => (event.output.kind === 'ready' ? event.output.command : undefined),
            }),
          },
          { guard: ({ context, event }) => mayPrepareAgain(context, event.output), target: 'pausing' },
          { target: 'ended', actions: { type: 'noteFinding', params: ({ event }) => findingOf(event.output) } },
        ],
        onError: {
          target: 'ended',
          actions: { type: 'noteFinding', params: ({ event }) => internalProblem('payload', event.error) },
        },
      },
    },
    pausing: {
      entry: assign({ preparations: ({ context }) => context.preparations + 1 }),
      on: { 'payload.kill': { target: 'ended', actions: 'noteKill' } },
      after: { preparePause: 'preparing' },
    },
    launching: {
      invoke: {
        src: 'launch',
        input: ({ context }) => ({ assignment: context.assignment, command: context.command as ReadyCommand }),
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'launched',
            target: 'alive',
            actions: assign(({ event }) =>
              event.output.kind === 'launched' ? { identity: event.output.identity, startedAt: event.output.at } : {},
            ),
          },
          { target: 'ended', actions: { type: 'noteFinding', params: ({ event }) => findingOf(event.output) } },
        ],
        onError: {
          target: 'ended',
          actions: { type: 'noteFinding', params: ({ event }) => internalProblem('payload', event.error) },
        },
      },
    },
    alive: {
      entry: 'tellStarted',
      invoke: {
        src: 'awaitEnd',
        input: ({ context }) => ({ assignment: context.assignment, identity: context.identity as ProcessIdentity }),
        onDone: { target: 'sweeping', actions: assign({ end: ({ event }) => event.output }) },
        onError: {
          target: 'sweeping',
          actions: { type: 'noteFinding', params: ({ event }) => internalProblem('payload', event.error) },
        },
      },
      initial: 'running',
      states: {
        running: {
          always: { guard: 'wasKilled', target: 'terminating' },
        },
        terminating: {
          on: { 'payload.kill': { guard: 'hurriesMore', target: 'terminating', reenter: true, actions: 'noteKill' } },
          invoke: { src: 'terminate', input: ({ context }) => context.identity as ProcessIdentity, onError: 'killing' },
          after: { grace: 'killing' },
        },
        killing: {
          invoke: { src: 'kill', input: ({ context }) => context.identity as ProcessIdentity, onError: {} },
        },
      },
    },
    sweeping: {
      invoke: {
        src: 'sweep',
        input: ({ context }) => context.identity as ProcessIdentity,
        onDone: 'examining',
        onError: 'examining',
      },
    },
    examining: {
      // What takes its time is given up, and done again in short.
      on: { 'payload.kill': { guard: 'hurriesMore', target: 'examining', reenter: true, actions: 'noteKill' } },
      invoke: {
        src: 'examine',
        input: ({ context: { assignment, end, startedAt, hurry } }) => ({ assignment, end, startedAt, hurry }),
        onDone: { target: 'ended', actions: assign({ result: ({ event }) => event.output }) },
        onError: {
          target: 'ended',
          actions: { type: 'noteFinding', params: ({ event }) => internalProblem('payload', event.error) },
        },
      },
    },
    ended: { type: 'final' },
  },
  output: ({ context }) => {
    const result = context.result ?? nothingKnown(context)
    return { ...result, findings: [...context.findings, ...result.findings] }
  },
  options: { maxIterations: 1000 },
})

function mayPrepareAgain({ preparations }: PayloadContext, outcome: Preparation): boolean {
  return outcome.kind === 'refused' && outcome.again && preparations + 1 < mostPreparations
}

function findingOf(refusal: Preparation | Launch): Finding {
  return refusal.kind === 'refused' ? refusal.finding : internalProblem('payload', 'no reason given')
}

function nothingKnown({ end, startedAt }: PayloadContext): PayloadResult {
  return { end, report: undefined, metaData: '', outputs: [], findings: [], startedAt, endedAt: undefined }
}

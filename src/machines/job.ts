// Guarantees: every job accepted here ends with one final report, delivered or left in PilotDB when the lease ran out.
// May happen: anything fails: the payload ends, the log is sent, `failed` is reported; a kill or a signal does the same, faster.
// Never: `finished` while a finding stands; a second final report.

import { assign, raise } from 'xstate'
import { finalUpdate } from '../job/conclusion.ts'
import { type Finding, internalProblem } from '../job/errors.ts'
import { conclusionOf, initialContext, logOf, storedOf } from './job-context.ts'
import { jobSetup } from './job-setup.ts'

export const jobMachine = jobSetup.createMachine({
  id: 'job',
  context: ({ input }) => initialContext(input),
  entry: ['startReporter', 'startHeartbeat', 'startMonitor', 'tellDebug'],
  initial: 'entering',
  on: {
    'job.stop': { actions: 'haltByOrder' },
    'job.abandon': '.closed',
    'heartbeat.due': [{ guard: 'mayPeek', actions: 'peek' }, { actions: 'sayRunning' }],
    'xstate.done.actor.peek': [{ guard: 'concluded', actions: 'endPeek' }, { actions: ['sayPeeked', 'endPeek'] }],
    'xstate.error.actor.peek': { actions: 'endPeek' },
    'heartbeat.lost': { actions: raise(({ event }) => ({ type: 'job.halt', finding: event.finding, hurry: false })) },
    'reporter.acknowledged': { actions: ['obey', 'showIgnored'] },
    'monitor.sampled': { actions: assign({ use: ({ event }) => event.use }) },
    'monitor.violated': { actions: raise(({ event }) => ({ type: 'job.halt', finding: event.finding, hurry: false })) },
    'xstate.error.actor.reporter': [
      {
        guard: { type: 'mayRestart', params: 'reporter' },
        actions: [{ type: 'countRestart', params: 'reporter' }, 'startReporter', 'repeatFinal'],
      },
      {
        actions: [
          { type: 'countRestart', params: 'reporter' },
          raise(({ context, event }) => ({
            type: 'job.halt',
            finding: internalProblem(context.phase, event.error),
            hurry: false,
          })),
        ],
      },
    ],
    'xstate.error.actor.heartbeat': [
      {
        guard: { type: 'mayRestart', params: 'heartbeat' },
        actions: [{ type: 'countRestart', params: 'heartbeat' }, 'startHeartbeat'],
      },
      {},
    ],
    'xstate.error.actor.monitor': [
      {
        guard: { type: 'mayRestart', params: 'monitor' },
        actions: [{ type: 'countRestart', params: 'monitor' }, 'startMonitor'],
      },
      {},
    ],
  },
  states: {
    entering: { always: [{ guard: 'concluded', target: 'delivering' }, { target: 'accepting' }] },
    accepting: {
      entry: [{ type: 'enter', params: 'preparing' }, 'recordPhase', 'sayStarting'],
      on: { 'job.halt': { actions: 'noteHalt' }, 'job.deadline': 'concluding' },
      invoke: {
        src: 'accept',
        input: ({ context }) => context.assignment,
        onDone: { target: 'accepted', actions: { type: 'noteFindings', params: ({ event }) => event.output } },
        onError: {
          target: 'accepted',
          actions: { type: 'noteFindings', params: ({ event }) => bug('preparing', event) },
        },
      },
    },
    accepted: {
      always: [
        // Also of a job that failed meanwhile: its payload may be alive.
        { guard: 'payloadWasLaunched', target: 'working.runningPayload' },
        { guard: 'failing', target: 'working.ended' },
        { guard: 'hasInputs', target: 'working.stagingIn' },
        { target: 'working.runningPayload' },
      ],
    },
    working: {
      initial: 'stagingIn',
      on: { 'job.deadline': { target: 'concluding', actions: 'notePendingStop' } },
      states: {
        stagingIn: {
          entry: [{ type: 'enter', params: 'stage-in' }, 'recordPhase'],
          on: { 'job.halt': { actions: ['noteHalt', 'stopData'] } },
          invoke: {
            id: 'data',
            src: 'data',
            input: ({ context }) => ({
              assignment: context.assignment,
              direction: 'in',
              outputs: [],
              most: context.filesInFlight,
            }),
            onDone: {
              target: 'stagedIn',
              actions: { type: 'noteFindings', params: ({ event }) => event.output.findings },
            },
            onError: {
              target: 'ended',
              actions: { type: 'noteFindings', params: ({ event }) => bug('stage-in', event) },
            },
          },
        },
        stagedIn: { always: [{ guard: 'failing', target: 'ended' }, { target: 'runningPayload' }] },
        runningPayload: {
          entry: [{ type: 'enter', params: 'payload' }, 'recordPhase', 'killPayloadOfFailedJob'],
          on: {
            'payload.started': {
              actions: [assign({ identity: ({ event }) => event.identity }), 'watch', 'sayRunning'],
            },
            'job.halt': { actions: ['noteHalt', 'killPayload'] },
          },
          invoke: {
            id: 'payload',
            src: 'payload',
            input: ({ context: { assignment, resume } }) => ({ assignment, resume }),
            onDone: {
              target: 'payloadEnded',
              actions: [
                assign({ payload: ({ event }) => event.output }),
                { type: 'noteFindings', params: ({ event }) => event.output.findings },
              ],
            },
            onError: {
              target: 'ended',
              actions: { type: 'noteFindings', params: ({ event }) => bug('payload', event) },
            },
          },
          exit: 'unwatch',
        },
        payloadEnded: { always: [{ guard: 'failing', target: 'ended' }, { target: 'stagingOut' }] },
        stagingOut: {
          entry: [{ type: 'enter', params: 'stage-out' }, 'recordPhase'],
          on: { 'job.halt': { actions: ['noteHalt', 'stopData'] } },
          invoke: {
            id: 'data',
            src: 'data',
            input: ({ context }) => ({
              assignment: context.assignment,
              direction: 'out',
              outputs: context.payload?.outputs ?? [],
              most: context.filesInFlight,
            }),
            onDone: {
              target: 'ended',
              actions: [
                { type: 'noteStored', params: ({ event }) => storedOf(event.output) },
                { type: 'noteFindings', params: ({ event }) => event.output.findings },
              ],
            },
            onError: {
              target: 'ended',
              actions: { type: 'noteFindings', params: ({ event }) => bug('stage-out', event) },
            },
          },
        },
        ended: { always: [{ guard: 'hasLog', target: 'archiving' }, { target: '#job.concluding' }] },
        archiving: {
          entry: [{ type: 'enter', params: 'log' }, 'recordPhase'],
          on: { 'job.halt': { actions: 'noteLateHalt' } },
          invoke: {
            src: 'archive',
            input: ({ context }) => conclusionOf(context),
            onDone: [
              { guard: ({ event }) => event.output.length === 0, target: 'storingLog' },
              { target: '#job.concluding', actions: { type: 'noteFindings', params: ({ event }) => event.output } },
            ],
            onError: {
              target: '#job.concluding',
              actions: { type: 'noteFindings', params: ({ event }) => bug('log', event) },
            },
          },
        },
        storingLog: {
          on: { 'job.halt': { actions: 'noteLateHalt' } },
          invoke: {
            id: 'data',
            src: 'data',
            input: ({ context: { assignment } }) => ({
              assignment,
              direction: 'log',
              outputs: logOf(assignment),
              most: 1,
            }),
            onDone: {
              target: '#job.concluding',
              actions: [
                { type: 'noteStored', params: ({ event }) => storedOf(event.output) },
                { type: 'noteFindings', params: ({ event }) => event.output.findings },
              ],
            },
            onError: {
              target: '#job.concluding',
              actions: { type: 'noteFindings', params: ({ event }) => bug('log', event) },
            },
          },
        },
      },
    },
    concluding: {
      entry: [{ type: 'enter', params: 'reporting' }, 'recordPhase'],
      invoke: {
        src: 'conclude',
        input: ({ context }) => conclusionOf(context),
        onDone: { target: 'delivering', actions: assign({ final: ({ event }) => event.output }) },
        onError: {
          target: 'delivering',
          actions: [
            { type: 'noteFindings', params: ({ event }) => bug('reporting', event) },
            assign({
              final: ({ context }) => finalUpdate(conclusionOf(context), { endTime: 0, pilotTiming: '', pilotLog: '' }),
            }),
          ],
        },
      },
    },
    delivering: {
      entry: 'sayFinal',
      always: { guard: 'reporterIsGone', target: 'closed' },
      on: {
        'reporter.delivered': { target: 'cleaning', actions: assign({ delivered: true }) },
        'reporter.undeliverable': 'closed',
        'job.abandon': { actions: 'giveUpReport' },
      },
    },
    cleaning: {
      entry: [{ type: 'enter', params: 'cleaning' }, 'recordPhase', 'stopChildren'],
      on: { 'job.abandon': {} },
      invoke: {
        src: 'clean',
        input: ({ context: { assignment, keepDirectory } }) => ({ assignment, keepDirectory }),
        onDone: { target: 'closed', actions: assign({ closedAt: ({ event }) => event.output }) },
        onError: 'closed',
      },
    },
    closed: {
      type: 'final',
      entry: [{ type: 'enter', params: 'closed' }, 'recordPhase', 'tellClosed'],
    },
  },
  options: { maxIterations: 1000 },
})

function bug(phase: Finding['phase'], event: { readonly error: unknown }): readonly Finding[] {
  return [internalProblem(phase, event.error)]
}

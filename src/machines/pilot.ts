// Guarantees: every job taken is seen through to `job.closed`; the process ends only then, or when its budget after a signal is used up.
// May happen: no jobs, no server, a bad queue, the end of the lifetime, a signal in any state, also while jobs are being handed over.
// Never: a job asked for after a stop; more jobs at once than slots.

import { raise } from 'xstate'
import { internalProblem, reportedError } from '../job/errors.ts'
import type { JobKey } from '../job/ids.ts'
import { nextStep, type PilotEnd } from '../job/next-job.ts'
import { initialPilot, lifetimeStop, type Ready, type Start } from './pilot-context.ts'
import { pilotSetup } from './pilot-setup.ts'

export const pilotMachine = pilotSetup.createMachine({
  id: 'pilot',
  context: ({ input }) => initialPilot(input),
  initial: 'starting',
  on: {
    'job.closed': { actions: 'noteClosed' },
    'xstate.error.actor.*': {
      actions: raise(({ context, event }) => ({
        type: 'job.closed',
        key: event.actorId as JobKey,
        outcome: 'failed',
        delivered: false,
        at: context.now,
      })),
    },
  },
  states: {
    starting: {
      initial: 'reading',
      states: {
        reading: { on: { 'pilot.stop': { target: 'hurrying', actions: 'noteStop' } } },
        // An earlier process of this pilot may have left jobs: they must be heard of, to be stopped and reported.
        hurrying: { on: { 'pilot.stop': {} }, after: { startBudget: '#pilot.leaving' } },
      },
      invoke: {
        src: 'start',
        onDone: [
          {
            guard: ({ event }) => event.output.kind === 'ready',
            target: 'working',
            actions: [
              { type: 'noteReady', params: ({ event }) => readyOf(event.output) },
              {
                type: 'startJobs',
                params: ({ context, event }) => ({
                  kind: 'jobs',
                  jobs: readyOf(event.output).unfinished,
                  at: context.now,
                }),
              },
            ],
          },
          {
            target: 'leaving',
            actions: {
              type: 'noteEnd',
              params: ({ event }) => (event.output.kind === 'failed' ? event.output.end : bug('')),
            },
          },
        ],
        onError: { target: 'leaving', actions: { type: 'noteEnd', params: ({ event }) => bug(event.error) } },
      },
    },
    working: {
      initial: 'deciding',
      on: { 'pilot.stop': { target: 'stopping', actions: 'noteStop' } },
      after: { lifetime: { actions: raise(({ context }) => lifetimeStop(context)) } },
      states: {
        deciding: {
          always: [
            { guard: 'mustStop', target: '#pilot.stopping' },
            { guard: 'mayAsk', target: 'taking' },
            { guard: 'mustWait', target: 'full' },
            { target: 'finishing' },
          ],
        },
        taking: {
          invoke: {
            src: 'take',
            input: ({ context: { taking, taken, now } }) => {
              const step = nextStep(taking, taken, now)
              return { count: step.kind === 'ask' ? step.count : 1 }
            },
            onDone: [
              {
                guard: ({ event }) => event.output.kind === 'jobs',
                target: 'deciding',
                actions: { type: 'startJobs', params: ({ event }) => event.output },
              },
              { guard: 'mustStop', target: '#pilot.stopping' },
              {
                guard: ({ event }) => event.output.kind === 'none',
                target: 'disappointed',
                actions: { type: 'noteEmpty', params: ({ event }) => event.output },
              },
              {
                target: 'finishing',
                actions: {
                  type: 'noteEnd',
                  params: ({ event }) => (event.output.kind === 'stop' ? event.output.end : bug('')),
                },
              },
            ],
            onError: [
              { guard: 'mustStop', target: '#pilot.stopping' },
              { target: 'finishing', actions: { type: 'noteEnd', params: ({ event }) => bug(event.error) } },
            ],
          },
          initial: 'asking',
          states: {
            asking: { on: { 'pilot.stop': { target: 'withdrawing', actions: 'noteStop' } } },
            // The server may be handing over a job: it is heard a little longer.
            withdrawing: {
              entry: 'stopJobs',
              on: { 'pilot.stop': {} },
              after: { withdrawBudget: '#pilot.stopping' },
            },
          },
        },
        disappointed: {
          always: [{ guard: 'mayAsk', target: 'napping' }, { target: 'deciding' }],
        },
        napping: { after: { pause: 'deciding' } },
        full: {
          on: { 'job.closed': { target: 'deciding', actions: 'noteClosed' } },
        },
        finishing: {
          always: { guard: 'noJobs', target: '#pilot.leaving' },
        },
      },
    },
    stopping: {
      entry: 'stopJobs',
      always: { guard: 'noJobs', target: 'leaving' },
      after: { stopBudget: { target: 'abandoning' } },
    },
    abandoning: {
      entry: 'abandonJobs',
      always: { guard: 'noJobs', target: 'leaving' },
      after: { leaveBudget: 'leaving' },
    },
    leaving: {
      invoke: {
        src: 'leave',
        input: ({ context }) => endOf(context),
        onDone: 'closed',
        onError: 'closed',
      },
      after: { leaveBudget: 'closed' },
    },
    closed: { type: 'final' },
  },
  output: ({ context }) => endOf(context),
  options: { maxIterations: 1000 },
})

function readyOf(start: Start): Ready {
  return start.kind === 'ready'
    ? start
    : { kind: 'ready', timeFloor: 0, lifetime: 0, closed: 0, unfinished: [], refusal: undefined }
}

function endOf({ stop, end }: { stop: { name: PilotEnd['name']; text: string } | undefined; end: PilotEnd }): PilotEnd {
  return stop === undefined ? end : { name: stop.name, text: stop.text }
}

function bug(error: unknown): PilotEnd {
  return { name: 'INTERNALPILOTPROBLEM', text: reportedError(internalProblem('preparing', error)).text }
}

import { assign, enqueueActions, setup } from 'xstate'
import { nextStep, type PilotEnd } from '../job/next-job.ts'
import { jobMachine } from './job.ts'
import { lazily } from './lazily.ts'
import type { JobMessage, PilotMessage } from './messages.ts'
import {
  type JobBroke,
  leaveBudget,
  longestDelay,
  type PilotContext,
  type PilotInput,
  type Ready,
  type Start,
  startBudget,
  stopBudget,
  type Take,
  withdrawBudget,
} from './pilot-context.ts'
import { effect } from './task.ts'

/** The words of the pilot chart: its jobs, effects, guards, and what it says to whom. */
export const pilotSetup = setup({
  types: {
    input: {} as PilotInput,
    context: {} as PilotContext,
    events: {} as PilotMessage | JobBroke,
    output: {} as PilotEnd,
  },
  actors: {
    job: lazily(() => jobMachine),
    start: effect<void, Start>(),
    /** Looks whether the node can take jobs, then asks for at most so many. */
    take: effect<{ count: number }, Take>(),
    leave: effect<PilotEnd, void>(),
  },
  actions: {
    noteReady: assign(({ context }, ready: Ready) => ({
      taking: {
        ...context.taking,
        timeFloor: ready.timeFloor,
        requests: ready.refusal === undefined ? context.taking.requests : 0,
      },
      end: ready.refusal ?? context.end,
      taken: { ...context.taken, total: ready.closed },
      lifetime: ready.lifetime,
    })),
    noteEnd: assign({ end: (_, end: PilotEnd) => end }),
    noteEmpty: assign(({ context: { taken } }, take: Take) =>
      take.kind === 'none'
        ? {
            taken: { ...taken, requests: taken.requests + 1, empty: taken.empty + 1 },
            pause: take.pause,
            end: take.end,
            now: take.at,
          }
        : {},
    ),
    noteStop: assign({
      stop: ({ context, event }) => (event.type === 'pilot.stop' ? (context.stop ?? event.reason) : context.stop),
    }),
  },
  guards: {
    mayAsk: ({ context }) => nextStep(context.taking, context.taken, context.now).kind === 'ask',
    mustWait: ({ context }) => nextStep(context.taking, context.taken, context.now).kind === 'wait',
    mustStop: ({ context }) => context.stop !== undefined,
    noJobs: ({ context }) => context.jobs.length === 0,
  },
  delays: {
    pause: ({ context }) => context.pause,
    lifetime: ({ context }) => Math.min(context.lifetime, longestDelay),
    startBudget,
    withdrawBudget,
    stopBudget,
    leaveBudget,
  },
}).extend({
  actions: {
    startJobs: enqueueActions(({ context, enqueue }, take: Take) => {
      if (take.kind !== 'jobs') return
      const { periods, filesInFlight } = context
      for (const { assignment, findings, resume } of take.jobs) {
        enqueue.spawnChild('job', {
          id: assignment.key,
          input: { assignment, findings, resume, periods, filesInFlight },
        })
      }
      const jobs = [...context.jobs, ...take.jobs.map(({ assignment }) => assignment.key)]
      enqueue.assign({
        jobs,
        now: take.at,
        end: { name: undefined, text: '' },
        taken: {
          ...context.taken,
          running: jobs.length,
          total: context.taken.total + take.jobs.length,
          requests: 0,
          empty: 0,
        },
      })
    }),
    noteClosed: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'job.closed') return
      enqueue.stopChild(event.key)
      const jobs = context.jobs.filter((key) => key !== event.key)
      enqueue.assign({ jobs, now: Math.max(context.now, event.at), taken: { ...context.taken, running: jobs.length } })
    }),
    stopJobs: enqueueActions(({ context, enqueue }) => {
      if (context.stop === undefined) return
      for (const key of context.jobs)
        enqueue.sendTo(key, { type: 'job.stop', reason: context.stop } satisfies JobMessage)
    }),
    abandonJobs: enqueueActions(({ context, enqueue }) => {
      for (const key of context.jobs) enqueue.sendTo(key, { type: 'job.abandon' } satisfies JobMessage)
    }),
  },
})

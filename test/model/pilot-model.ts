import type { JobKey } from '../../src/job/ids.ts'
import { signalReason } from '../../src/job/stop.ts'
import { pilotMachine } from '../../src/machines/pilot.ts'
import type { PilotInput, Start, Take, TakenJob } from '../../src/machines/pilot-context.ts'
import { assignment, assignmentOf } from './examples.ts'
import type { Child, Ending } from './run.ts'
import { answers, walk } from './walk.ts'

const input: PilotInput = {
  startedAt: 0,
  slots: 1,
  requests: 5,
  failures: 2,
  periods: { heartbeat: 1, debugHeartbeat: 1, lostHeartbeat: 1, check: 1, firstCheck: 1 },
  filesInFlight: 2,
}
const lifetime = 60_000
const timeFloor = 10
const pause = 1000

/** A job that an earlier pilot process left. */
const left: TakenJob = { assignment: assignmentOf({ PandaID: 4710 }), findings: [], resume: { from: 'start' } }

export const walkedPilot = walk({
  machine: pilotMachine,
  starts: { 'one slot': input, 'two slots': { ...input, slots: 2 }, 'one request': { ...input, requests: 1 } },
  messages: { signal: { type: 'pilot.stop', reason: signalReason('SIGTERM', 5) } },
  children: {
    start: answers({
      'one job': {
        kind: 'ready',
        timeFloor: 0,
        lifetime,
        closed: 0,
        unfinished: [],
        refusal: undefined,
      } satisfies Start,
      'one closed': {
        kind: 'ready',
        timeFloor: 0,
        lifetime,
        closed: 1,
        unfinished: [],
        refusal: undefined,
      } satisfies Start,
      'many jobs': {
        kind: 'ready',
        timeFloor,
        lifetime,
        closed: 0,
        unfinished: [],
        refusal: undefined,
      } satisfies Start,
      'one left': {
        kind: 'ready',
        timeFloor,
        lifetime,
        closed: 0,
        unfinished: [left],
        refusal: undefined,
      } satisfies Start,
      'one left, offline': {
        kind: 'ready',
        timeFloor,
        lifetime,
        closed: 0,
        unfinished: [left],
        refusal: { name: 'PANDAQUEUENOTONLINE', text: 'the queue is offline' },
      } satisfies Start,
      'bad queue': { kind: 'failed', end: { name: 'QUEUEDATA', text: 'no queue' } } satisfies Start,
    }),
    take: { ends: takeEnds },
    job: { ends: jobEnds },
    leave: answers({ left: undefined }),
  },
  tellsApart: ({ taking, taken, jobs, now, stop, end }) => [
    taking.timeFloor,
    taken.running,
    Math.min(taken.total, 2),
    taken.requests,
    taken.empty,
    jobs.length,
    now > timeFloor * 1000,
    stop?.name,
    end.name,
  ],
  remembers: ({ moves }) => moves.includes('signal'),
})

function takeEnds({ nth, input }: Child): Readonly<Record<string, Ending>> {
  const { count } = input as { readonly count: number }
  const jobs = Array.from({ length: count }, (_, index) => {
    const key = `${nth}.${index}` as JobKey
    return { assignment: { ...assignment, key }, findings: [], resume: { from: 'start' } as const }
  })
  const takes: Readonly<Record<string, Take>> = {
    jobs: { kind: 'jobs', jobs, at: 1 },
    'fewer jobs': { kind: 'jobs', jobs: jobs.slice(0, 1), at: 1 },
    none: { kind: 'none', pause, end: { name: undefined, text: 'no more jobs' }, at: 1 },
    'no answer': { kind: 'none', pause, end: { name: 'COMMUNICATIONFAILURE', text: 'no answer' }, at: 1 },
    stop: { kind: 'stop', end: { name: 'NOLOCALSPACE', text: 'full' }, at: 1 },
  }
  const endings = Object.entries(takes).map(([name, output]): [string, Ending] => [name, { output }])
  return { ...Object.fromEntries(endings), failed: { error: new Error('a bug') } }
}

function jobEnds({ id }: Child): Readonly<Record<string, Ending>> {
  const closed = (at: number): Ending => ({
    lastWords: { type: 'job.closed', key: id, outcome: 'finished', delivered: true, at },
    output: undefined,
  })
  return { closed: closed(2), 'closed late': closed(timeFloor * 1000 + 1), broken: { error: new Error('a bug') } }
}

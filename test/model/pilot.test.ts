import { describe, expect, test } from 'vitest'
import type { JobKey } from '../../src/job/ids.ts'
import type { PilotEnd } from '../../src/job/next-job.ts'
import { signalReason } from '../../src/job/stop.ts'
import { pilotMachine } from '../../src/machines/pilot.ts'
import {
  leaveBudget,
  type PilotInput,
  type Start,
  stopBudget,
  type Take,
  type TakenJob,
  withdrawBudget,
} from '../../src/machines/pilot-context.ts'
import { assignment, assignmentOf } from './examples.ts'
import {
  alive,
  ended,
  entryOf,
  follows,
  isClosed,
  type Mark,
  mostAtOnce,
  moveOf,
  outputOf,
  started,
  startOf,
  statesAt,
  stopOf,
  timeOf,
} from './history.ts'
import { provesTheChart } from './rules.ts'
import type { Child, Ending } from './run.ts'
import { answers, breaking, type Path, walk } from './walk.ts'

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

const walked = walk({
  machine: pilotMachine,
  starts: { 'one slot': input, 'two slots': { ...input, slots: 2 }, 'one request': { ...input, requests: 1 } },
  messages: { signal: { type: 'pilot.stop', reason: signalReason('SIGTERM', 5) } },
  children: {
    start: answers({
      'one job': { kind: 'ready', timeFloor: 0, lifetime, closed: 0, unfinished: [] } satisfies Start,
      'one closed': { kind: 'ready', timeFloor: 0, lifetime, closed: 1, unfinished: [] } satisfies Start,
      'many jobs': { kind: 'ready', timeFloor, lifetime, closed: 0, unfinished: [] } satisfies Start,
      'one left': { kind: 'ready', timeFloor, lifetime, closed: 0, unfinished: [left] } satisfies Start,
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

provesTheChart('pilot', walked)

const stop: Mark = (happening) => entryOf('stopping')(happening) || entryOf('working.taking.withdrawing')(happening)

describe('along every path the pilot', () => {
  test('asks for no job after a stop', () => {
    expect(breaking(walked, (path) => follows(path, moveOf('signal'), startOf('take')))).toEqual([])
    expect(breaking(walked, (path) => follows(path, stop, startOf('take')))).toEqual([])
  })

  test('has no more jobs at once than slots, and as many where it may', () => {
    for (const [start, slots] of Object.entries({ 'one slot': 1, 'two slots': 2 })) {
      const paths = walked.paths.filter(({ moves }) => moves[0] === start)
      expect(Math.max(...paths.map((path) => mostAtOnce(path, 'job')))).toBe(slots)
    }
  })

  test('asks for no job when an earlier process of its life had the one of its slot', () => {
    const asks = (path: Path): boolean => path.moves.includes('start one closed') && started(path, 'take').length > 0
    expect(breaking(walked, (path) => asks(path) && path.moves[0] === 'one slot')).toEqual([])
    expect(breaking(walked, asks)).not.toEqual([])
  })

  test('runs every job it was handed, also one that came with the stop', () => {
    expect(breaking(walked, (path) => started(path, 'job').length !== handedOver(path))).toEqual([])
    expect(breaking(walked, (path) => follows(path, stop, startOf('job')))).not.toEqual([])
  })

  test('sees every job through, unless its budget after a stop is used up', () => {
    const isCutOff = ({ history }: Path): boolean => history.some(stopOf('job'))
    const wasPatient = (path: Path): boolean =>
      (timeOf(path, entryOf('leaving')) ?? 0) - (timeOf(path, entryOf('stopping')) ?? 0) >= stopBudget + leaveBudget
    expect(breaking(walked, (path) => isCutOff(path) && !wasPatient(path))).toEqual([])
  })

  test('tells every job to stop, and later to be abandoned', () => {
    const untold = (path: Path, type: string): string[] => {
      const told = path.history.flatMap((one) => (one.kind === 'heard' && one.message.type === type ? [one.id] : []))
      return alive(path).filter((id) => isJob(id) && !told.includes(id))
    }
    expect(breaking(walked, (path) => path.history.some(stop) && untold(path, 'job.stop').length > 0)).toEqual([])
    const isAbandoning = (path: Path): boolean => statesAt(path, path.history.length).includes('abandoning')
    expect(breaking(walked, (path) => isAbandoning(path) && untold(path, 'job.abandon').length > 0)).toEqual([])
  })

  test('ends within its budget after a stop, whatever the jobs and the server do', () => {
    const budget = withdrawBudget + stopBudget + 2 * leaveBudget
    const isLate = (path: Path): boolean => {
      const from = timeOf(path, stop)
      return from !== undefined && (path.history.at(-1)?.at ?? 0) > from + budget
    }
    expect(breaking(walked, isLate)).toEqual([])
  })

  test('ends of the stop, or of what the last answer said', () => {
    const endsOf = (path: Path): PilotEnd['name'] | undefined => outputOf<PilotEnd>(path)?.name
    const wasStopped = (path: Path): boolean => path.history.some(stop) && isClosed(path)
    expect(
      breaking(walked, (path) => wasStopped(path) && !['SIGTERM', 'REACHEDMAXTIME'].includes(`${endsOf(path)}`)),
    ).toEqual([])
    const said: Readonly<Record<string, string>> = { 'take stop': 'NOLOCALSPACE', 'start bad queue': 'QUEUEDATA' }
    for (const [move, name] of Object.entries(said)) {
      const isUntold = (path: Path): boolean =>
        isClosed(path) && path.moves.includes(move) && !path.moves.includes('signal') && !path.history.some(stop)
      expect(breaking(walked, (path) => isUntold(path) && endsOf(path) !== name)).toEqual([])
    }
  })

  test('says goodbye once', () => {
    expect(breaking(walked, (path) => isClosed(path) && started(path, 'leave').length !== 1)).toEqual([])
  })
})

function handedOver(path: Path): number {
  const counts = started<{ count: number }>(path, 'take').map(({ count }) => count)
  return ended(path, 'take').reduce(
    (sum, how, index) => {
      return sum + (how === 'jobs' ? (counts[index] ?? 0) : how === 'fewer jobs' ? 1 : 0)
    },
    ended(path, 'start').filter((how) => how === 'one left').length,
  )
}

/** The jobs of the model are named after the request that brought them. */
function isJob(id: string): boolean {
  return /^\d+\.\d+$/.test(id)
}

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

import { describe, expect, test } from 'vitest'
import type { PilotEnd } from '../../src/job/next-job.ts'
import { leaveBudget, stopBudget, withdrawBudget } from '../../src/machines/pilot-context.ts'
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
import { walkedPilot } from './pilot-model.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('pilot', walkedPilot)

const stop: Mark = (happening) => entryOf('stopping')(happening) || entryOf('working.taking.withdrawing')(happening)

describe('along every path the pilot', () => {
  test('asks for no job after a stop', () => {
    expect(breaking(walkedPilot, (path) => follows(path, moveOf('signal'), startOf('take')))).toEqual([])
    expect(breaking(walkedPilot, (path) => follows(path, stop, startOf('take')))).toEqual([])
  })

  test('has no more jobs at once than slots, and as many where it may', () => {
    for (const [start, slots] of Object.entries({ 'one slot': 1, 'two slots': 2 })) {
      const paths = walkedPilot.paths.filter(({ moves }) => moves[0] === start)
      expect(Math.max(...paths.map((path) => mostAtOnce(path, 'job')))).toBe(slots)
    }
  })

  test('asks for no job when an earlier process of its life had the one of its slot', () => {
    const asks = (path: Path): boolean => path.moves.includes('start one closed') && started(path, 'take').length > 0
    expect(breaking(walkedPilot, (path) => asks(path) && path.moves[0] === 'one slot')).toEqual([])
    expect(breaking(walkedPilot, asks)).not.toEqual([])
  })

  test('sees a job of an earlier life through when the queue gives no more, and asks for none', () => {
    const isOffline = (path: Path): boolean => path.moves.includes('start one left, offline')
    expect(breaking(walkedPilot, (path) => isOffline(path) && started(path, 'take').length > 0)).toEqual([])
    expect(breaking(walkedPilot, (path) => isOffline(path) && started(path, 'job').length !== 1)).toEqual([])
  })

  test('runs every job it was handed, also one that came with the stop', () => {
    expect(breaking(walkedPilot, (path) => started(path, 'job').length !== handedOver(path))).toEqual([])
    expect(breaking(walkedPilot, (path) => follows(path, stop, startOf('job')))).not.toEqual([])
  })

  test('sees every job through, unless its budget after a stop is used up', () => {
    const isCutOff = ({ history }: Path): boolean => history.some(stopOf('job'))
    const wasPatient = (path: Path): boolean =>
      (timeOf(path, entryOf('leaving')) ?? 0) - (timeOf(path, entryOf('stopping')) ?? 0) >= stopBudget + leaveBudget
    expect(breaking(walkedPilot, (path) => isCutOff(path) && !wasPatient(path))).toEqual([])
  })

  test('tells every job to stop, and later to be abandoned', () => {
    const untold = (path: Path, type: string): string[] => {
      const told = path.history.flatMap((one) => (one.kind === 'heard' && one.message.type === type ? [one.id] : []))
      return alive(path).filter((id) => isJob(id) && !told.includes(id))
    }
    expect(breaking(walkedPilot, (path) => path.history.some(stop) && untold(path, 'job.stop').length > 0)).toEqual([])
    const isAbandoning = (path: Path): boolean => statesAt(path, path.history.length).includes('abandoning')
    expect(breaking(walkedPilot, (path) => isAbandoning(path) && untold(path, 'job.abandon').length > 0)).toEqual([])
  })

  test('ends within its budget after a stop, whatever the jobs and the server do', () => {
    const budget = withdrawBudget + stopBudget + 2 * leaveBudget
    const isLate = (path: Path): boolean => {
      const from = timeOf(path, stop)
      return from !== undefined && (path.history.at(-1)?.at ?? 0) > from + budget
    }
    expect(breaking(walkedPilot, isLate)).toEqual([])
  })

  test('ends of the stop, or of what the last answer said', () => {
    const endsOf = (path: Path): PilotEnd['name'] | undefined => outputOf<PilotEnd>(path)?.name
    const wasStopped = (path: Path): boolean => path.history.some(stop) && isClosed(path)
    expect(
      breaking(walkedPilot, (path) => wasStopped(path) && !['SIGTERM', 'REACHEDMAXTIME'].includes(`${endsOf(path)}`)),
    ).toEqual([])
    const said: Readonly<Record<string, string>> = { 'take stop': 'NOLOCALSPACE', 'start bad queue': 'QUEUEDATA' }
    for (const [move, name] of Object.entries(said)) {
      const isUntold = (path: Path): boolean =>
        isClosed(path) && path.moves.includes(move) && !path.moves.includes('signal') && !path.history.some(stop)
      expect(breaking(walkedPilot, (path) => isUntold(path) && endsOf(path) !== name)).toEqual([])
    }
  })

  test('says goodbye once', () => {
    expect(breaking(walkedPilot, (path) => isClosed(path) && started(path, 'leave').length !== 1)).toEqual([])
  })
})

function handedOver(path: Path): number {
  const counts = started<{ count: number }>(path, 'take').map(({ count }) => count)
  return ended(path, 'take').reduce(
    (sum, how, index) => {
      return sum + (how === 'jobs' ? (counts[index] ?? 0) : how === 'fewer jobs' ? 1 : 0)
    },
    ended(path, 'start').filter((how) => how.startsWith('one left')).length,
  )
}

/** The jobs of the model are named after the request that brought them. */
function isJob(id: string): boolean {
  return /^\d+\.\d+$/.test(id)
}

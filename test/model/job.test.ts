import { describe, expect, test } from 'vitest'
import type { Conclusion } from '../../src/job/conclusion.ts'
import type { JobUpdate } from '../../src/job/update.ts'
import type { DataInput } from '../../src/machines/data.ts'
import { finalReportBudget, mostRestarts } from '../../src/machines/job-context.ts'
import {
  alive,
  endOf,
  follows,
  heard,
  isClosed,
  type Mark,
  moveOf,
  started,
  startOf,
  statesAt,
  stopOf,
  told,
} from './history.ts'
import { failures, halts, isHaltedIn, walkedJob, wentWrong } from './job-model.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('job', walkedJob)

describe('along every path the final report', () => {
  test('is one: each reporter hears it once, and each the same', () => {
    expect(breaking(walkedJob, (path) => new Set(finals(path)).size > 1)).toEqual([])
    expect(breaking(walkedJob, (path) => finals(path).length > started(path, 'reporter').length)).toEqual([])
  })

  test('is not `finished` when anything failed, or when the job was told to end before its outputs were stored', () => {
    expect(breaking(walkedJob, (path) => saysFinished(path) && wentWrong(path))).toEqual([])
  })

  test('is not `failed` unless something went wrong', () => {
    const isWronged = (path: Path): boolean =>
      wentWrong(path) || path.history.some(endOf('conclude', 'failed')) || path.history.some(halts)
    expect(breaking(walkedJob, (path) => finals(path)[0]?.state === 'failed' && !isWronged(path))).toEqual([])
  })

  test('is made with findings when something went wrong, and without when not', () => {
    const isMisled = (path: Path): boolean =>
      started<Conclusion>(path, 'conclude').some(({ findings }) => findings.length > 0 !== wentWrong(path))
    expect(breaking(walkedJob, (path) => isMisled(path) && !endedLate(path) && !lostItsReporter(path))).toEqual([])
  })

  test('is `failed` when a stop left no time to store the log', () => {
    const hasCutLog = ({ history }: Path): boolean => history.some(stopOf('archive')) || history.some(stopOf('data'))
    expect(breaking(walkedJob, (path) => hasCutLog(path) && saysFinished(path))).toEqual([])
  })

  test('is repeated to a reporter that had to be started again', () => {
    const isWaiting = (path: Path): boolean => statesAt(path, path.history.length).includes('delivering')
    const heardLast = ({ history }: Path): boolean => {
      const heardSince = history.slice(history.findLastIndex(startOf('reporter')))
      return finals({ moves: [], history: heardSince }).length === 1
    }
    expect(breaking(walkedJob, (path) => isWaiting(path) && !heardLast(path))).toEqual([])
  })

  test('is hurried by every stop that is in a hurry, until it is delivered', () => {
    const isCalm = (path: Path): boolean =>
      path.moves.at(-1) === 'stop' &&
      alive(path).includes('reporter') &&
      heard(path, 'reporter', 'reporter.hurry').length < path.moves.filter((move) => move === 'stop').length
    expect(breaking(walkedJob, isCalm)).toEqual([])
    expect(breaking(walkedJob, (path) => heard(path, 'reporter', 'reporter.hurry').length > 0)).not.toEqual([])
  })

  test('comes before the budget is used up when the job must end in a hurry', () => {
    const isLate = (path: Path): boolean =>
      (path.history.at(-1)?.at ?? 0) >= finalReportBudget && started(path, 'conclude').length === 0
    expect(breaking(walkedJob, isLate)).toEqual([])
  })

  test('follows the log, whatever the job failed of, unless there was no time for it', () => {
    const hasNoLog = (path: Path): boolean =>
      path.moves[0] === 'whole' && started(path, 'conclude').length > 0 && started(path, 'archive').length === 0
    expect(breaking(walkedJob, (path) => hasNoLog(path) && !path.moves.includes('timer 1'))).toEqual([])
  })
})

describe('along every path the job', () => {
  test('closes with one word that says what became of it', () => {
    expect(breaking(walkedJob, (path) => told(path, 'job.closed').length !== (isClosed(path) ? 1 : 0))).toEqual([])
    const isMistold = (path: Path): boolean =>
      told(path, 'job.closed').some(
        ({ outcome, delivered }) => (outcome === 'finished') !== isFinished(path) || delivered !== wasDelivered(path),
      )
    expect(breaking(walkedJob, isMistold)).toEqual([])
  })

  test('closes undelivered only when it was abandoned, or when its reporter broke for good', () => {
    const isDropped = (path: Path): boolean => isClosed(path) && !wasDelivered(path) && !lostItsReporter(path)
    expect(breaking(walkedJob, (path) => isDropped(path) && !path.moves.includes('abandon'))).toEqual([])
  })

  test('runs its payload once, and starts none after anything went wrong', () => {
    expect(breaking(walkedJob, (path) => started(path, 'payload').length > 1)).toEqual([])
    for (const mark of [halts, ...failures]) {
      const isStarted = (path: Path): boolean =>
        path.moves[0] !== 'left running' && follows(path, mark, startOf('payload'))
      expect(breaking(walkedJob, isStarted)).toEqual([])
    }
  })

  test('takes a payload back that an earlier life left running, and has it killed when the job failed meanwhile', () => {
    const isLeft = (path: Path): boolean => path.moves[0] === 'left running' && path.history.some(endOf('accept'))
    const isForgotten = (path: Path): boolean => started(path, 'payload').length === 0 && !ranOutOfTime(path)
    expect(breaking(walkedJob, (path) => isLeft(path) && isForgotten(path))).toEqual([])
    const hadFailed = (path: Path): boolean =>
      path.history.some(endOf('accept', 'refused', 'failed')) || isHaltedIn(path, 'accepting')
    const isSpared = (path: Path): boolean => started(path, 'payload').length > 0 && !killed(path, true)
    expect(breaking(walkedJob, (path) => isLeft(path) && hadFailed(path) && isSpared(path))).toEqual([])
  })

  test('stores no outputs after anything went wrong', () => {
    const storesOutputs: Mark = (happening) =>
      startOf('data')(happening) && happening.kind === 'started' && (happening.input as DataInput).direction === 'out'
    for (const mark of [halts, ...failures]) {
      expect(breaking(walkedJob, (path) => follows(path, mark, storesOutputs))).toEqual([])
    }
  })

  test('orders the payload killed at every halt, in a hurry when the pilot is', () => {
    expect(breaking(walkedJob, (path) => isHaltedIn(path, 'working.runningPayload') && !killed(path))).toEqual([])
    const isSlow = (path: Path): boolean => path.moves.at(-1) === 'stop' && isHaltedIn(path, 'working.runningPayload')
    expect(breaking(walkedJob, (path) => isSlow(path) && !killed(path, true))).toEqual([])
  })

  test('lets go of a payload that did not end only when it is abandoned, or ran out of time after ordering it killed', () => {
    const isLetGo = ({ history }: Path): boolean => history.some(stopOf('payload'))
    const mayLetGo = (path: Path): boolean =>
      path.moves.includes('abandon') || (path.moves.includes('timer 1') && killed(path, true))
    expect(breaking(walkedJob, (path) => isLetGo(path) && !mayLetGo(path))).toEqual([])
  })

  test('tells transfers to stop at every halt but that of the log', () => {
    const isUntold = (path: Path): boolean =>
      ['working.stagingIn', 'working.stagingOut'].some((state) => isHaltedIn(path, state)) &&
      heard(path, 'data', 'data.stop').length === 0
    expect(breaking(walkedJob, isUntold)).toEqual([])
  })

  test('has the payload watched while it runs', () => {
    const watched = (path: Path): boolean => {
      const words = path.history.flatMap((happening) =>
        happening.kind === 'heard' && happening.message.type.startsWith('monitor.') ? [happening.message.type] : [],
      )
      return words.at(-1) === 'monitor.watch'
    }
    const isRunning = (path: Path): boolean =>
      alive(path).includes('payload') && path.moves.includes('payload says started')
    expect(breaking(walkedJob, (path) => isRunning(path) !== watched(path) && path.moves[0] === 'bare')).toEqual([])
  })

  test('passes acknowledgements, beats and commands on', () => {
    const acknowledged = moveOf('reporter says acknowledged', 'reporter says tobekilled', 'reporter says commands')
    const isUnheard = (path: Path): boolean =>
      path.history.filter(acknowledged).length !== heard(path, 'heartbeat', 'heartbeat.acknowledged').length
    expect(breaking(walkedJob, (path) => path.moves[0] === 'whole' && isUnheard(path))).toEqual([])
    const running = (path: Path): number =>
      heard(path, 'reporter', 'reporter.send').filter(({ update }) => update.state === 'running').length
    const beats = (path: Path): number =>
      path.history.filter(moveOf('heartbeat says due', 'payload says started')).length
    expect(breaking(walkedJob, (path) => path.moves[0] === 'whole' && running(path) !== beats(path))).toEqual([])
  })

  test('keeps its directory when the server asked for that', () => {
    const asked = (path: Path): boolean => path.moves.includes('reporter says commands')
    const kept = (path: Path): boolean[] =>
      started<{ keepDirectory: boolean }>(path, 'clean').map(({ keepDirectory }) => keepDirectory)
    expect(breaking(walkedJob, (path) => kept(path).some((keep) => keep !== asked(path)))).toEqual([])
  })
})

function finals(path: Path): JobUpdate[] {
  return heard(path, 'reporter', 'reporter.send')
    .map(({ update }) => update as JobUpdate)
    .filter(({ final }) => final !== undefined)
}

function saysFinished(path: Path): boolean {
  return finals(path)[0]?.state === 'finished'
}

/** The report was made, and says so, whether or not anybody heard it. */
function isFinished(path: Path): boolean {
  const hasFindings = started<Conclusion>(path, 'conclude').some(({ findings }) => findings.length > 0)
  const wasConcluded = path.moves[0] === 'left undelivered' || path.history.some(endOf('conclude', 'concluded'))
  return wasConcluded && !hasFindings
}

function wasDelivered({ history }: Path): boolean {
  return history.some(endOf('reporter', 'delivered'))
}

/** Abandoned, or at the deadline after a hurried stop. */
function ranOutOfTime({ moves }: Path): boolean {
  return moves.includes('abandon') || moves.includes('timer 1')
}

/** Ran out of time for the log after a late stop. */
function endedLate(path: Path): boolean {
  return path.moves.includes('timer 1') && isHaltedIn(path, 'working.archiving', 'working.storingLog')
}

function lostItsReporter({ history }: Path): boolean {
  return history.filter(endOf('reporter', 'broken')).length > mostRestarts
}

function killed(path: Path, hurry?: true): boolean {
  return heard(path, 'payload', 'payload.kill').some((message) => hurry === undefined || message.hurry === hurry)
}

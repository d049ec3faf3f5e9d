import { describe, expect, test } from 'vitest'
import type { CheckInput } from '../../src/machines/monitor.ts'
import { processIdentity } from './examples.ts'
import { ended, follows, isClosed, type Mark, mostAtOnce, moveOf, startOf, told } from './history.ts'
import { input, walkedMonitor } from './monitor-model.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('monitor', walkedMonitor)

describe('along every path the monitor', () => {
  test('makes one round at a time', () => {
    expect(breaking(walkedMonitor, (path) => mostAtOnce(path, 'check') > 1)).toEqual([])
  })

  test('starts a round one period after the last one ended, sooner only for a payload that just started', () => {
    expect(breaking(walkedMonitor, (path) => roundTimes(path) !== expectedRounds(path))).toEqual([])
  })

  test('looks at the payload it was told to watch, and only at that', () => {
    expect(breaking(walkedMonitor, looksElsewhere)).toEqual([])
  })

  test('tells every sample and every finding of a round that ended, and nothing else', () => {
    const rounds = (path: Path, ...hows: string[]): number =>
      ended(path, 'check').filter((how) => hows.includes(how)).length
    expect(
      breaking(walkedMonitor, (path) => told(path, 'monitor.sampled').length !== rounds(path, 'sampled', 'guilty')),
    ).toEqual([])
    expect(
      breaking(walkedMonitor, (path) => told(path, 'monitor.violated').length !== 2 * rounds(path, 'guilty')),
    ).toEqual([])
  })

  test('makes no round after its stop, which comes by order only', () => {
    expect(breaking(walkedMonitor, (path) => follows(path, moveOf('stop'), startOf('check')))).toEqual([])
    expect(breaking(walkedMonitor, (path) => isClosed(path) !== path.moves.includes('stop'))).toEqual([])
  })
})

const isRound: Mark = startOf('check')

function roundTimes({ history }: Path): string {
  return history.flatMap((happening) => (isRound(happening) ? [happening.at] : [])).join()
}

/** By the words of the header: the next round's time is set by the last round's end, or by the payload's start. */
function expectedRounds({ history }: Path): string {
  const rounds: number[] = []
  let due: number | undefined = input.period
  for (const happening of history) {
    if (due !== undefined && happening.at >= due) {
      rounds.push(due)
      due = undefined
    }
    if (happening.kind === 'ended') due = happening.at + input.period
    if (moveOf('watch')(happening)) due = happening.at + input.firstRound
    if (moveOf('stop')(happening)) due = undefined
  }
  return rounds.join()
}

function looksElsewhere({ history }: Path): boolean {
  let watched: unknown
  return history.some((happening) => {
    if (moveOf('watch')(happening)) watched = processIdentity
    if (moveOf('unwatch')(happening)) watched = undefined
    return happening.kind === 'started' && (happening.input as CheckInput).identity !== watched
  })
}

import { describe, expect, test } from 'vitest'
import { input, walkedHeartbeat } from './heartbeat-model.ts'
import { follows, isClosed, moveOf, tellOf } from './history.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('heartbeat', walkedHeartbeat)

describe('along every path the heartbeat', () => {
  test('is due exactly one period after the last one, or after the period changed', () => {
    expect(breaking(walkedHeartbeat, (path) => told(path, 'heartbeat.due') !== expectedBeats(path))).toEqual([])
  })

  test('tells the loss of contact when it was not acknowledged for so long, once until the next acknowledgement', () => {
    expect(breaking(walkedHeartbeat, (path) => told(path, 'heartbeat.lost') !== expectedLosses(path))).toEqual([])
  })

  test('is silent after its stop', () => {
    const word = tellOf('heartbeat.due', 'heartbeat.lost')
    expect(breaking(walkedHeartbeat, (path) => follows(path, moveOf('stop'), word))).toEqual([])
    expect(breaking(walkedHeartbeat, (path) => isClosed(path) !== path.moves.includes('stop'))).toEqual([])
  })
})

function told({ history }: Path, type: string): string {
  return history.flatMap((happening) => (tellOf(type)(happening) ? [happening.at] : [])).join()
}

function end({ history }: Path): number {
  return history.at(-1)?.at ?? 0
}

/** The times at which the beats are due, by the words of the header. */
function expectedBeats(path: Path): string {
  const beats: number[] = []
  let debug = false
  let last = 0
  const beatUntil = (time: number): void => {
    const period = debug ? input.debugPeriod : input.period
    for (; last + period <= time; last += period) beats.push(last + period)
  }
  for (const happening of path.history) {
    if (happening.kind !== 'moved') continue
    beatUntil(happening.at)
    const wanted: boolean = happening.move === 'debug on' ? true : happening.move === 'debug off' ? false : debug
    if (wanted !== debug) last = happening.at
    debug = wanted
  }
  beatUntil(end(path))
  return beats.join()
}

function expectedLosses(path: Path): string {
  const contacts = path.history.flatMap((happening) => (moveOf('acknowledged')(happening) ? [happening.at] : []))
  const losses = [0, ...contacts].flatMap((contact, index) => {
    const lost = contact + input.lostAfter
    return lost <= (contacts[index] ?? end(path)) ? [lost] : []
  })
  return losses.join()
}

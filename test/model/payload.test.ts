import { describe, expect, test } from 'vitest'
import type { PayloadResult } from '../../src/job/payload.ts'
import { grace, hurriedGrace } from '../../src/machines/payload.ts'
import { processIdentity } from './examples.ts'
import {
  ended,
  endOf,
  follows,
  isClosed,
  type Mark,
  moveOf,
  outputOf,
  started,
  startOf,
  timeOf,
  told,
} from './history.ts'
import { walkedPayload } from './payload-model.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('payload', walkedPayload)

const anyKill = moveOf('kill', 'kill fast')
const signalling = ['terminate', 'kill', 'sweep'] as const

describe('along every path the payload', () => {
  test('is launched at most once, not after it was to be killed, and not when an earlier life may have launched it', () => {
    const most = ({ moves, history }: Path): number =>
      moves[0] === 'job' || history.some(endOf('search', 'never')) ? 1 : 0
    expect(breaking(walkedPayload, (path) => started(path, 'launch').length > most(path))).toEqual([])
    expect(breaking(walkedPayload, (path) => follows(path, anyKill, startOf('launch')))).toEqual([])
  })

  test('is told as started exactly when it was launched or taken back alive', () => {
    const isThere: readonly Mark[] = [endOf('launch', 'launched'), endOf('search', 'alive')]
    const expected = ({ moves, history }: Path): number =>
      moves[0] === 'left running' || isThere.some((mark) => history.some(mark)) ? 1 : 0
    expect(breaking(walkedPayload, (path) => told(path, 'payload.started').length !== expected(path))).toEqual([])
  })

  test('is signalled only by its own identity, and never before it was launched', () => {
    const isForeign = (path: Path): boolean =>
      signalling.some((child) => started(path, child).some((identity) => identity !== processIdentity))
    expect(breaking(walkedPayload, isForeign)).toEqual([])
  })

  test('is signalled while it runs only when that was ordered: TERM first', () => {
    expect(
      breaking(walkedPayload, (path) => started(path, 'terminate').length > 0 && !path.history.some(anyKill)),
    ).toEqual([])
    expect(breaking(walkedPayload, (path) => follows(path, startOf('kill'), startOf('terminate')))).toEqual([])
    expect(
      breaking(walkedPayload, (path) => started(path, 'kill').length > 0 && started(path, 'terminate').length === 0),
    ).toEqual([])
  })

  test('gets its grace before KILL, unless TERM could not even be sent', () => {
    const isTooEarly = (path: Path): boolean => {
      const [term, kill] = [timeOf(path, startOf('terminate')), timeOf(path, startOf('kill'))]
      const least = path.history.some(moveOf('kill fast')) ? hurriedGrace : grace
      const wasSent = !ended(path, 'terminate').includes('failed')
      return wasSent && term !== undefined && kill !== undefined && kill < term + least
    }
    expect(breaking(walkedPayload, isTooEarly)).toEqual([])
  })

  test('gets KILL when its grace is over: the short one once it is in a hurry', () => {
    expect(breaking(walkedPayload, (path) => outlives(path, startOf('terminate'), grace))).toEqual([])
    const outlivesHurry = (path: Path): boolean =>
      outlives(path, moveOf('kill fast'), hurriedGrace) && outlives(path, startOf('terminate'), hurriedGrace)
    expect(breaking(walkedPayload, outlivesHurry)).toEqual([])
  })

  test('is swept when it was ever seen, before its end is examined', () => {
    const isKnown = (path: Path): boolean => told(path, 'payload.started').length > 0 || path.moves[0] === 'left ended'
    const unswept = (path: Path): boolean => isClosed(path) && ended(path, 'sweep').length !== (isKnown(path) ? 1 : 0)
    expect(breaking(walkedPayload, unswept)).toEqual([])
    expect(breaking(walkedPayload, (path) => follows(path, startOf('examine'), startOf('sweep')))).toEqual([])
  })

  test('has no end but its own', () => {
    const isInvented = (path: Path): boolean =>
      isClosed(path) && outputOf<PayloadResult>(path)?.end?.kind !== ownEnd(path)
    expect(breaking(walkedPayload, isInvented)).toEqual([])
  })

  test('hands every finding up', () => {
    expect(
      breaking(
        walkedPayload,
        (path) => isClosed(path) && outputOf<PayloadResult>(path)?.findings.length !== failures(path),
      ),
    ).toEqual([])
  })
})

/** How the payload ended by what the path saw of it, an earlier pilot process included. */
function ownEnd(path: Path): string | undefined {
  if (path.moves[0]?.startsWith('left ended')) return 'exited'
  return [...ended(path, 'awaitEnd'), ...ended(path, 'search')].find(
    (how) => !['failed', 'alive', 'never'].includes(how),
  )
}

/** Lives on, unkilled, longer than so many ms after that. */
function outlives(path: Path, mark: Mark, most: number): boolean {
  const from = timeOf(path, mark)
  const until = timeOf(path, startOf('kill')) ?? timeOf(path, endOf('awaitEnd')) ?? path.history.at(-1)?.at
  return from !== undefined && until !== undefined && until > from + most
}

function failures(path: Path): number {
  const unheard = new Set(['terminate', 'kill', 'sweep'])
  const failing = new Set(['refused', 'failed', 'bad'])
  const hows = path.history.flatMap((happening) =>
    happening.kind === 'ended' && !unheard.has(happening.child) ? [happening.how] : [],
  )
  const lastTry = ended(path, 'prepare').at(-1) === 'out of reach' && !path.history.some(anyKill) ? 1 : 0
  return hows.filter((how) => failing.has(how)).length + lastTry
}

import { describe, expect, test } from 'vitest'
import type { Outgoing } from '../../src/job/outbox.ts'
import { isClosed, mostAtOnce, moveOf, started, statesAt, told } from './history.ts'
import { walkedReporter } from './reporter-model.ts'
import { provesTheChart } from './rules.ts'
import { breaking, type Path } from './walk.ts'

provesTheChart('reporter', walkedReporter)

describe('along every path the reporter', () => {
  test('sends a message only after it tried to put it on record', () => {
    expect(breaking(walkedReporter, sendsUnrecorded)).toEqual([])
  })

  test('never has nothing to record or to send', () => {
    const isEmpty = ({ history }: Path): boolean =>
      [...messagesOf('record', history), ...messagesOf('send', history)].includes(undefined)
    expect(breaking(walkedReporter, isEmpty)).toEqual([])
  })

  test('sends also what could not be put on record', () => {
    const isHeldBack = (path: Path): boolean => path.moves.at(-1) === 'record failed' && lastStarted(path) !== 'send'
    expect(breaking(walkedReporter, isHeldBack)).toEqual([])
  })

  test('drops what it waits to send again as soon as something newer comes', () => {
    const wasWaiting = (path: Path): boolean =>
      statesAt(path, path.history.findLastIndex(moveOf('heartbeat', 'final'))).includes('waiting')
    const isStale = (path: Path): boolean =>
      ['heartbeat', 'final'].includes(`${path.moves.at(-1)}`) &&
      wasWaiting(path) &&
      !(lastStarted(path) === 'record' || finalIsRecorded(path))
    expect(breaking(walkedReporter, isStale)).toEqual([])
  })

  test('tries at once what it waits to send again when there is no time left', () => {
    const wasWaiting = (path: Path): boolean =>
      statesAt(path, path.history.findLastIndex(moveOf('hurry'))).includes('waiting')
    const isSlow = (path: Path): boolean =>
      path.moves.at(-1) === 'hurry' && wasWaiting(path) && lastStarted(path) !== 'send'
    expect(breaking(walkedReporter, isSlow)).toEqual([])
  })

  test('puts nothing on record after the final', () => {
    expect(breaking(walkedReporter, ({ history }) => finalIsFollowed(messagesOf('record', history)))).toEqual([])
  })

  test('sends nothing else after the final', () => {
    expect(breaking(walkedReporter, ({ history }) => finalIsFollowed(messagesOf('send', history)))).toEqual([])
  })

  test('has one message under way at most', () => {
    expect(breaking(walkedReporter, (path) => mostAtOnce(path, 'send') > 1)).toEqual([])
  })

  test('acknowledges only what was accepted, after an attempt to put that on record', () => {
    expect(
      breaking(walkedReporter, (path) => told(path, 'reporter.acknowledged').length > started(path, 'note').length),
    ).toEqual([])
    expect(breaking(walkedReporter, (path) => started(path, 'note').length > accepted(path).length)).toEqual([])
  })

  test('tells that the final was delivered once, and only when the server accepted it', () => {
    expect(
      breaking(walkedReporter, (path) => told(path, 'reporter.delivered').length > accepted(path, 'final').length),
    ).toEqual([])
    expect(breaking(walkedReporter, (path) => accepted(path, 'final').length > 1)).toEqual([])
  })

  test('ends with exactly one word on the final: delivered, or undeliverable by order', () => {
    expect(breaking(walkedReporter, (path) => isClosed(path) && lastWords(path) !== 1)).toEqual([])
    expect(
      breaking(
        walkedReporter,
        (path) => told(path, 'reporter.undeliverable').length > 0 && !path.moves.includes('give up'),
      ),
    ).toEqual([])
  })
})

type Messages = readonly (Outgoing | undefined)[]

function messagesOf(child: string, history: Path['history']): Messages {
  return started<{ message: Outgoing }>({ moves: [], history }, child).map(({ message }) => message)
}

function sendsUnrecorded({ history }: Path): boolean {
  const attempted = new Set<unknown>()
  return history.some((happening) => {
    if (happening.kind !== 'started') return false
    const { message } = happening.input as { message?: Outgoing }
    if (happening.child === 'record') attempted.add(message)
    return happening.child === 'send' && !attempted.has(message)
  })
}

function finalIsFollowed(messages: Messages): boolean {
  const final = messages.findIndex((message) => message?.update.final !== undefined)
  return final >= 0 && messages.slice(final).some((message) => message?.id !== messages[final]?.id)
}

/** The messages the server accepted. */
function accepted({ history }: Path, which?: 'final'): Messages {
  let underWay: Outgoing | undefined
  return history.flatMap((happening) => {
    if (happening.kind === 'started' && happening.child === 'send') {
      underWay = (happening.input as { message: Outgoing }).message
    }
    const isAccepted = happening.kind === 'ended' && happening.child === 'send' && happening.how === 'accepted'
    return isAccepted && (which === undefined || underWay?.update.final !== undefined) ? [underWay] : []
  })
}

function lastStarted({ history }: Path): string | undefined {
  const last = history.findLast(({ kind }) => kind === 'started')
  return last?.kind === 'started' ? last.child : undefined
}

function finalIsRecorded({ history }: Path): boolean {
  return messagesOf('record', history).some((message) => message?.update.final !== undefined)
}

function lastWords(path: Path): number {
  return told(path, 'reporter.delivered').length + told(path, 'reporter.undeliverable').length
}

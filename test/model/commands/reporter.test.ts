import { describe, test } from 'vitest'
import { reporterActor } from '../../../src/actors/reporter.ts'
import type { JobRecord } from '../../../src/job/record.ts'
import type { JobUpdate } from '../../../src/job/update.ts'
import { assignment, finalWith, finding, heartbeat } from '../examples.ts'
import type { Judge, Seen } from './desk.ts'
import { steeredPorts } from './ports.ts'
import { holdsForAllCommands, holdsInEveryOrder } from './prove.ts'
import type { Trial } from './world.ts'

const trial: Trial = {
  open(desk) {
    const ports = steeredPorts(desk)
    return { logic: () => reporterActor(ports), input: () => ({ assignment }) }
  },
  messages: {
    heartbeat: (nth) => ({ type: 'reporter.send', update: { ...heartbeat('running'), nEvents: nth } }),
    final: () => ({ type: 'reporter.send', update: finalWith() }),
    'another final': () => ({ type: 'reporter.send', update: finalWith(finding('SIGTERM')) }),
  },
  answers: {
    update: ['accepted', 'unknown', 'refused', 'tobekilled'],
    'record message': ['written', 'failed'],
    'record acknowledged': ['written', 'failed'],
  },
  judge,
  // The job says its outcome again, and has only one.
  afterDeath: (sent) => sent.filter((name) => name.endsWith('final')).slice(0, 1),
  lastMessage: 'final',
}

/** What a server and a parent may see of an outbox. */
function judge(): Judge {
  const offered = new Set<string>()
  let underWay: JobUpdate | undefined
  let final: string | undefined
  let newest = -1
  let heard = false
  let acceptedUnsaid = 0
  let finalAccepted = false
  let delivered = false

  function judgeUpdate(update: JobUpdate): string | undefined {
    if (underWay !== undefined) return 'two updates under way'
    underWay = update
    if (!offered.has(recorded(update))) return 'sent before it was to be recorded'
    if (delivered) return 'sent after the final was delivered'
    if (update.final === undefined) {
      if (final !== undefined) return 'a heartbeat after the final'
      if (!heard && update.state !== 'starting') return 'the first word is not `starting`'
      if ((update.nEvents ?? 0) < newest) return 'an older heartbeat after a newer one'
      newest = update.nEvents ?? 0
      return undefined
    }
    if (final !== undefined && final !== JSON.stringify(update.final)) return 'two finals'
    final = JSON.stringify(update.final)
    return undefined
  }

  function judgeAnswer(how: string): string | undefined {
    const wasFinal = underWay?.final !== undefined
    underWay = undefined
    if (how !== 'accepted' && how !== 'tobekilled') return undefined
    acceptedUnsaid += 1
    heard = true
    if (wasFinal) finalAccepted = true
    return undefined
  }

  return (seen: Seen) => {
    if (seen.kind === 'asked' && seen.name === 'record message') {
      const { update } = seen.detail as Extract<JobRecord, { kind: 'message' }>
      offered.add(recorded(update))
    }
    if (seen.kind === 'asked' && seen.name === 'update') return judgeUpdate(seen.detail as JobUpdate)
    if (seen.kind === 'answered' && seen.name === 'update') return judgeAnswer(seen.how)
    if (seen.kind === 'told' && seen.message.type === 'reporter.acknowledged') {
      acceptedUnsaid -= 1
      return acceptedUnsaid === 0 ? undefined : 'an acknowledgement without an accepted update, or too late'
    }
    if (seen.kind === 'told' && seen.message.type === 'reporter.delivered') {
      if (delivered || !finalAccepted) return 'delivered twice, or without the server having it'
      delivered = true
    }
    if (seen.kind === 'closed' && !delivered) return 'closed without a word on the final'
    if (seen.kind === 'broke') return `broke: ${String(seen.error)}`
    if (seen.kind === 'died') [underWay, acceptedUnsaid, newest, delivered] = [undefined, 0, -1, false]
    return undefined
  }
}

/** As `starting` it may go out disguised; its record is the same. */
function recorded({ state: _, ...update }: JobUpdate): string {
  return JSON.stringify(update)
}

describe('the reporter over its real outbox and records', () => {
  test('records before it sends, sends one at a time, and delivers one final, whatever happens and whenever it dies', () =>
    holdsForAllCommands(trial, 300))

  test('does so in every order of answers and messages', () =>
    holdsInEveryOrder(trial, 300, ['heartbeat', 'heartbeat', 'wait', 'final', 'heartbeat', 'another final']))
})

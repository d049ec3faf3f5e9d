import { describe, test } from 'vitest'
import { payloadActor } from '../../../src/actors/payload.ts'
import type { PayloadResult } from '../../../src/job/payload.ts'
import type { JobRecord } from '../../../src/job/record.ts'
import { resumePoint } from '../../../src/job/resume.ts'
import { grace, hurriedGrace } from '../../../src/machines/payload.ts'
import { assignmentOf, processIdentity } from '../examples.ts'
import type { Desk, Judge, Seen } from './desk.ts'
import { steeredPorts } from './ports.ts'
import { holdsForAllCommands, holdsInEveryOrder } from './prove.ts'
import type { Trial } from './world.ts'

const assignment = assignmentOf({ transformation: 'http://transforms.example/run.sh' })

const trial: Trial = {
  open,
  messages: {
    kill: () => ({ type: 'payload.kill', hurry: false }),
    'kill fast': () => ({ type: 'payload.kill', hurry: true }),
  },
  answers: {
    download: ['downloaded', 'out of reach', 'not there'],
    'record launching': ['written'],
    launch: ['launched', 'failed'],
    'record process': ['written'],
    find: ['looked'],
    end: ['exits 0', 'exits 3', 'killed'],
    'record payload-ended': ['written'],
    SIGTERM: ['sent'],
    SIGKILL: ['sent'],
    survivors: ['none', 'some'],
    'job report': ['missing'],
  },
  judge,
  // A job whose payload was to be killed says so again.
  afterDeath: (sent) => sent.slice(-1),
}

/** A job with its definition on record, as the job chart leaves it before the payload's turn. */
function open(desk: Desk): ReturnType<Trial['open']> {
  const ports = steeredPorts(desk)
  const { key, raw: definition, directory: workDirectory, startTime } = assignment
  void ports.database.write(key, { kind: 'definition', definition, workDirectory, startTime }, 'flushed')
  return {
    logic: () => payloadActor(ports),
    input: () => ({ assignment, resume: resumePoint(ports.database.history(key)) }),
  }
}

/** What the node may see of a payload, over all lives of the pilot. */
function judge(): Judge {
  let launches = 0
  let isIntended = false
  let isKilled = false
  let isHurried = false
  let hasEnded = false
  let recordedEnd: string | undefined
  let termAt: number | undefined

  function judgeSignal(signal: string, at: number): string | undefined {
    if (launches === 0) return `${signal} without a launch`
    if (signal === 'SIGTERM') {
      termAt ??= at
      return isKilled ? undefined : 'TERM that nobody ordered'
    }
    // What is left when the payload itself has ended is swept at once.
    if (hasEnded) return undefined
    if (termAt === undefined) return 'KILL before TERM'
    return at < termAt + (isHurried ? hurriedGrace : grace) ? 'KILL before the grace is over' : undefined
  }

  function judgeAsked(name: string, detail: unknown, at: number): string | undefined {
    switch (name) {
      case 'record launching':
        isIntended = true
        return isKilled ? 'a launch after the kill' : undefined
      case 'launch':
        return launches > 0 || !isIntended ? 'launched twice, or without its intent on record' : undefined
      case 'record payload-ended':
        recordedEnd ??= JSON.stringify((detail as Extract<JobRecord, { kind: 'payload-ended' }>).end)
        return hasEnded ? undefined : 'an end that nobody saw'
      case 'SIGTERM':
      case 'SIGKILL':
        if (detail !== processIdentity && JSON.stringify(detail) !== JSON.stringify(processIdentity))
          return 'a stranger'
        return judgeSignal(name, at)
      case 'survivors':
        return recordedEnd === undefined ? 'swept before its end was on record' : undefined
      default:
        return undefined
    }
  }

  return (seen: Seen) => {
    switch (seen.kind) {
      case 'sent':
        isKilled = true
        isHurried ||= seen.name === 'kill fast'
        return undefined
      case 'asked':
        return judgeAsked(seen.name, seen.detail, seen.at)
      case 'answered':
        if (seen.how === 'launched') launches += 1
        if (seen.name === 'end') hasEnded = true
        return undefined
      case 'closed': {
        const { end } = seen.output as PayloadResult
        if (launches > 0 && !hasEnded) return 'left alive'
        return end?.kind !== 'lost' && JSON.stringify(end) !== recordedEnd
          ? 'its end is not the recorded one'
          : undefined
      }
      case 'broke':
        return `broke: ${String(seen.error)}`
      case 'died':
        ;[termAt, isHurried] = [undefined, false]
        return undefined
      default:
        return undefined
    }
  }
}

describe('the payload over its real body and records', () => {
  test('is launched once, killed by TERM, grace and KILL, and seen to its end, whenever the pilot dies', () =>
    holdsForAllCommands(trial, 300))

  test('is so in every order of what the node answers and the job orders', () =>
    holdsInEveryOrder(trial, 300, ['kill', 'wait', 'kill fast', 'wait']))
})

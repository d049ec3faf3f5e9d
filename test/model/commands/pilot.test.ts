import { describe, test } from 'vitest'
import { pilotActor } from '../../../src/actors/pilot.ts'
import type { PilotEnd } from '../../../src/job/next-job.ts'
import type { JobRecord } from '../../../src/job/record.ts'
import { signalReason } from '../../../src/job/stop.ts'
import type { JobUpdate } from '../../../src/job/update.ts'
import { leaveBudget, type PilotInput, stopBudget, withdrawBudget } from '../../../src/machines/pilot-context.ts'
import type { Judge, Seen } from './desk.ts'
import { steeredPorts } from './ports.ts'
import { holdsForAllCommands, holdsInEveryOrder } from './prove.ts'
import type { Trial } from './world.ts'

const minute = 60_000
const slots = 2
const input: PilotInput = {
  startedAt: 0,
  slots,
  requests: 5,
  failures: 3,
  periods: {
    heartbeat: 30 * minute,
    debugHeartbeat: 5 * minute,
    lostHeartbeat: 180 * minute,
    check: 10 * minute,
    firstCheck: minute,
  },
  filesInFlight: 2,
}

const trial: Trial = {
  open(desk) {
    const ports = steeredPorts(desk)
    return { logic: () => pilotActor(ports), input: () => input }
  },
  messages: { signal: (nth) => ({ type: 'pilot.stop', reason: signalReason('SIGTERM', nth) }) },
  answers: {
    queue: ['found', 'offline', 'out of reach'],
    // Half of the answers hold jobs; the one without leads to the end.
    acquire: ['no job', 'jobs', 'jobs', 'jobs', 'no answer', 'refused'],
    'worker status': ['accepted', 'unknown'],
    update: ['accepted', 'unknown', 'refused', 'tobekilled'],
    launch: ['launched', 'failed'],
    end: ['exits 0', 'exits 3'],
    'record outcome': ['written'],
  },
  judge,
  afterDeath: () => [],
}

/** What the server and the node may see of a pilot and all its jobs, over all its lives. */
function judge(): Judge {
  /** Jobs by their PandaID, from the definition on record to the end. */
  const running = new Set<number>()
  const outcomes = new Map<number, string>()
  let isAsking = false
  let stoppedAt: number | undefined

  function judgeUpdate({ pandaId, final }: JobUpdate): string | undefined {
    if (final === undefined) return undefined
    const outcome = outcomes.get(pandaId)
    if (outcome === undefined) return `a final of ${pandaId} before its outcome was on record`
    return outcome === JSON.stringify(final) ? undefined : `two finals of ${pandaId}`
  }

  function judgeAsked(name: string, detail: unknown): string | undefined {
    switch (name) {
      case 'acquire': {
        const count = detail as number
        if (isAsking) return 'two requests for jobs at once'
        isAsking = true
        if (stoppedAt !== undefined) return 'asks for a job after the signal'
        return running.size + count > slots ? `asks for ${count} with ${running.size} running` : undefined
      }
      case 'update':
        return judgeUpdate(detail as JobUpdate)
      default:
        return undefined
    }
  }

  function judgeRecord(record: JobRecord): string | undefined {
    if (record.kind === 'definition') running.add((record.definition as { readonly PandaID: number }).PandaID)
    if (record.kind !== 'outcome' || record.update === undefined) return undefined
    const { pandaId, final } = record.update
    if (outcomes.has(pandaId)) return `a second outcome of ${pandaId}`
    outcomes.set(pandaId, JSON.stringify(final))
    running.delete(pandaId)
    return undefined
  }

  return (seen: Seen) => {
    const latest = (stoppedAt ?? Number.POSITIVE_INFINITY) + withdrawBudget + stopBudget + 2 * leaveBudget
    if (seen.at > latest) return 'still there when the budget of a signal is over'
    switch (seen.kind) {
      case 'sent':
        stoppedAt ??= seen.at
        return undefined
      case 'asked':
        return judgeAsked(seen.name, seen.detail)
      case 'answered':
        if (seen.name === 'acquire') isAsking = false
        return seen.name.startsWith('record ') ? judgeRecord(seen.detail as JobRecord) : undefined
      case 'closed':
        // The end of the lifetime is a stop too: its budget may be over before the ports have answered.
        if (stoppedAt !== undefined || (seen.output as PilotEnd).name === 'REACHEDMAXTIME') return undefined
        return running.size > 0 ? `leaves ${[...running]} without an outcome` : undefined
      case 'broke':
        return `broke: ${String(seen.error)}`
      case 'died':
        ;[isAsking, stoppedAt] = [false, undefined]
        return undefined
      default:
        return undefined
    }
  }
}

describe('the pilot over its real jobs', () => {
  test('brings every job to one outcome, keeps to its slots and its budget, whenever it dies', () =>
    holdsForAllCommands(trial, 150, 200))

  test('does so in every order of answers and signals', () =>
    holdsInEveryOrder(trial, 150, ['wait', 'wait', 'signal', 'signal']))
})

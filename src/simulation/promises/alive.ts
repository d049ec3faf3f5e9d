import { productionPauses } from '../../actors/reporter.ts'
import { type JobKey, jobKey } from '../../job/ids.ts'
import { callTime } from '../simulated-server.ts'
import { periods, type World } from '../world.ts'
import type { Promised } from './promise.ts'

/** ms. */
const shortestLimit = 60_000

interface Talk {
  readonly pilot: number
  lastTry: number
  /** When the server last answered, or the job began. */
  lastAnswer: number
  /** The final update is under way or waits. */
  final: boolean
}

/**
 * While a pilot's process runs, no job is silent for two heartbeat periods, and a final update that was not accepted is
 * tried again within four times the time that the server has been silent, or the longest pause.
 */
export const alive: Promised = {
  name: 'alive',
  count: 'stuck',
  watch(world) {
    const talks = new Map<JobKey, Talk>()
    const check = (at: number): string | undefined => {
      for (const [key, talk] of talks) {
        const limit = talk.final ? limitOfFinal(talk) : 2 * periods.heartbeat
        const silent = at - talk.lastTry - stillness(world, talk.pilot, talk.lastTry, at)
        if (silent <= limit) continue
        talks.delete(key)
        return `${key} was silent for ${Math.round(silent / 1000)} s while pilot ${talk.pilot} ran`
      }
      return undefined
    }
    return {
      see(happening, at) {
        const late = check(at)
        switch (happening.type) {
          case 'pilot.born':
            for (const talk of talks.values()) if (talk.pilot === happening.pilot) talk.lastTry = at
            break
          case 'record.written':
            if (happening.record.kind === 'definition')
              talks.set(happening.key, { pilot: happening.pilot, lastTry: at, lastAnswer: at, final: false })
            if (happening.record.kind === 'phase' && happening.record.phase === 'closed') talks.delete(happening.key)
            break
          case 'update.sent': {
            const talk = talks.get(jobKey(happening.update))
            if (talk === undefined) break
            talk.lastTry = at
            talk.final = happening.update.final !== undefined
            break
          }
          case 'update.answered': {
            const talk = talks.get(jobKey(happening.update))
            if (talk === undefined || happening.answer !== 'accepted') break
            talk.lastAnswer = at
            if (happening.update.final !== undefined) talks.delete(jobKey(happening.update))
            break
          }
          case 'pilot.died':
          case 'pilot.left':
            for (const [key, talk] of talks) if (talk.pilot === happening.pilot) talks.delete(key)
            break
          default:
        }
        return late
      },
    }
  },
}

/** ms from one try to the next: its pause, and an answer that was lost. */
function limitOfFinal({ lastTry, lastAnswer }: Talk): number {
  // The pauses before may each have been a quarter of what they may be.
  const pause = Math.max(shortestLimit, 4 * (lastTry - lastAnswer))
  return Math.min(productionPauses.most, pause) + callTime + 5_000
}

/** ms between two times in which a pilot was paused, or its disk kept it waiting. */
function stillness({ scenario }: World, pilot: number, from: number, until: number): number {
  let sum = 0
  for (const fault of scenario.faults) {
    if (fault.kind === 'pause' && fault.pilot === pilot) sum += overlap(from, until, fault.at, fault.at + fault.for)
    if (fault.kind === 'slow disk' && fault.pilot === pilot) sum += overlap(from, until, fault.from, fault.until)
  }
  return sum
}

function overlap(from: number, until: number, start: number, end: number): number {
  return Math.max(0, Math.min(until, end) - Math.max(from, start))
}

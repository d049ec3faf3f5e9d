import { type JobKey, jobKey } from '../../job/ids.ts'
import type { Happening } from '../happening.ts'
import type { Fault } from '../scenario.ts'
import type { World } from '../world.ts'
import type { Promised } from './promise.ts'

const minute = 60_000
/** ms before a pilot's end in which trouble with the network excuses a report that was not delivered. */
const stopTime = 11_000
/** How a pilot says that its lifetime is over: it stops as at a signal. */
const endOfLife = "the pilot's time"
/** ms after which a report that could not be delivered in the time of a stop is excused: nobody answered in that time. */
const leaveTime = 30_000

/**
 * Every job that a pilot took ends by that pilot's own word, with code and reason where it failed. Excused: a pilot that
 * died and was not started again, one whose disk lost its records, and a stop in whose few seconds the server could not
 * be reached.
 */
export const noSilentLoss: Promised = {
  name: 'no silent loss',
  count: 'lost',
  watch(world) {
    const taken = new Map<JobKey, number>()
    const delivered = new Set<JobKey>()
    const excused = new Set<number>()
    const leftAt = new Map<number, number>()
    const hurried = new Set<number>()
    return {
      see(happening, at) {
        switch (happening.type) {
          case 'record.written':
            if (happening.record.kind === 'definition') taken.set(happening.key, happening.pilot)
            if (!happening.kept) excused.add(happening.pilot)
            return undefined
          case 'records.lost':
            excused.add(happening.pilot)
            return undefined
          case 'pilot.died':
            if (!happening.restart) excused.add(happening.pilot)
            return undefined
          case 'pilot.told':
            hurried.add(happening.pilot)
            return undefined
          case 'pilot.left':
            if (happening.text.startsWith(endOfLife)) hurried.add(happening.pilot)
            leftAt.set(happening.pilot, at)
            return undefined
          case 'update.heard':
            if (happening.update.final !== undefined) delivered.add(jobKey(happening.update))
            return undefined
          case 'update.sent':
            return speechless(happening)
          default:
            return undefined
        }
      },
      end() {
        const lost: string[] = []
        for (const [key, pilot] of taken) {
          if (delivered.has(key) || excused.has(pilot)) continue
          const left = leftAt.get(pilot)
          if (left !== undefined && hurried.has(pilot) && hinders(world, pilot, left)) continue
          lost.push(`${key} was taken by pilot ${pilot}, and the server never heard how it ended`)
        }
        return lost
      },
    }
  },
}

function speechless({ update }: Happening & { readonly type: 'update.sent' }): string | undefined {
  if (update.state !== 'failed') return undefined
  const error = update.final?.pilotError
  if (error !== undefined && error.code > 0 && error.text !== '') return undefined
  return `${jobKey(update)} failed without a code or a reason`
}

/** Whether something stood between a pilot and the server, or its disk, when it had only seconds left. */
function hinders({ scenario }: World, pilot: number, left: number): boolean {
  const during = (from: number, until: number): boolean => from <= left && until >= left - stopTime - leaveTime
  return scenario.faults.some((fault: Fault) => {
    if ('pilot' in fault && fault.pilot !== pilot) return false
    switch (fault.kind) {
      case 'outage':
      case 'partition':
      case 'slow disk':
        return during(fault.from, fault.until + minute)
      case 'pause':
        return during(fault.at, fault.at + fault.for + minute)
      case 'call':
        return true
      default:
        return false
    }
  })
}

import { type JobKey, jobKey } from '../../job/ids.ts'
import { filesInFlight } from '../world.ts'
import type { Promised } from './promise.ts'

/** Tries of one file in one life of a pilot (contracts/pilot-data.md 2.7). */
const mostTries = 3
/** ms between two tries of a final update at least: what is not drawn of the reporter's first pause. A signal ends a pause. */
const shortestPause = 250

/** Files under way, tries of a file, updates under way and their pace have limits. */
export const bounded: Promised = {
  name: 'bounded',
  count: 'broken',
  watch() {
    const copies = new Map<JobKey, number>()
    const tries = new Map<string, number>()
    const underWay = new Map<JobKey, number>()
    const failedAt = new Map<JobKey, number>()
    const answered = (key: JobKey, finalAt: number | undefined): undefined => {
      underWay.set(key, (underWay.get(key) ?? 1) - 1)
      if (finalAt !== undefined) failedAt.set(key, finalAt)
    }
    return {
      see(happening, at) {
        switch (happening.type) {
          case 'pilot.born':
          case 'pilot.died':
            copies.clear()
            tries.clear()
            underWay.clear()
            failedAt.clear()
            return undefined
          case 'pilot.told':
            failedAt.clear()
            return undefined
          case 'copy.started': {
            const { key, lfn } = happening
            const count = (copies.get(key) ?? 0) + 1
            copies.set(key, count)
            const tried = (tries.get(`${key} ${lfn}`) ?? 0) + 1
            tries.set(`${key} ${lfn}`, tried)
            if (tried > mostTries) return `${lfn} is tried ${tried} times`
            return count > filesInFlight ? `${key} has ${count} files under way` : undefined
          }
          case 'copy.ended':
            copies.set(happening.key, (copies.get(happening.key) ?? 1) - 1)
            return undefined
          case 'update.sent': {
            const key = jobKey(happening.update)
            const count = (underWay.get(key) ?? 0) + 1
            underWay.set(key, count)
            if (count > 1) return `${key} has ${count} updates under way`
            const before = failedAt.get(key)
            if (before === undefined || happening.update.final === undefined || at - before >= shortestPause)
              return undefined
            return `the final update of ${key} is repeated after ${at - before} ms`
          }
          case 'update.answered':
            return answered(jobKey(happening.update), happening.update.final === undefined ? undefined : at)
          default:
            return undefined
        }
      },
    }
  },
}

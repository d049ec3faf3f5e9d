import { type JobKey, jobKey } from '../../job/ids.ts'
import type { Promised } from './promise.ts'

/**
 * For every acquired (PandaID, attempt) the server ends with one outcome: one final update, sent again and again as it
 * is; each payload launched once; a job taken by one pilot, and not more jobs than slots where one job a slot is the rule.
 */
export const oneOutcome: Promised = {
  name: 'one outcome',
  count: 'duplicated',
  watch(world) {
    const finals = new Map<JobKey, string>()
    const launches = new Map<JobKey, number>()
    const settled = new Set<JobKey>()
    const defined = new Map<number, Set<JobKey>>()
    /** What a full disk did not keep may be done anew after a death. */
    const unkept = new Set<number>()
    const forgetful = new Set<number>()
    return {
      see(happening) {
        switch (happening.type) {
          case 'pilot.died':
            if (unkept.has(happening.pilot)) forgetful.add(happening.pilot)
            return undefined
          case 'records.lost':
            for (const { key, kind } of happening.records)
              if (kind === 'definition') defined.get(happening.pilot)?.delete(key)
            return undefined
          case 'record.written': {
            if (!happening.kept) unkept.add(happening.pilot)
            if (happening.record.kind !== 'definition') return undefined
            const { slots, timeFloor } = world.scenario.pilots[happening.pilot] ?? { slots: 1, timeFloor: 0 }
            const own = defined.get(happening.pilot) ?? new Set()
            defined.set(happening.pilot, own.add(happening.key))
            if (timeFloor > 0 || own.size <= slots || forgetful.has(happening.pilot)) return undefined
            return `pilot ${happening.pilot} with ${slots} slots took ${own.size} jobs`
          }
          case 'update.sent': {
            const { update, pilot } = happening
            if (update.final === undefined) return undefined
            const key = jobKey(update)
            const text = JSON.stringify(update)
            const before = finals.get(key)
            finals.set(key, text)
            if (before === undefined || before === text || forgetful.has(pilot)) return undefined
            return `the final update of ${key} is another than the one before`
          }
          case 'payload.launched': {
            const count = (launches.get(happening.key) ?? 0) + 1
            launches.set(happening.key, count)
            if (count === 1 || forgetful.has(happening.pilot)) return undefined
            return `the payload of ${happening.key} was launched ${count} times`
          }
          case 'job.settled':
            if (settled.has(happening.key)) return `${happening.key} was settled twice`
            settled.add(happening.key)
            return undefined
          default:
            return undefined
        }
      },
    }
  },
}

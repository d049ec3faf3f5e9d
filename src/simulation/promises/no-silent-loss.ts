import { type JobKey, jobKey } from '../../job/ids.ts'
import type { Happening } from '../happening.ts'
import { callTime } from '../simulated-server.ts'
import type { World } from '../world.ts'
import type { Promised } from './promise.ts'

/** ms: a stop lasts so long, and a call that was lost before it is waited for in vain. */
const stopTime = callTime + 15_000
/** How a pilot says that its lifetime is over: it stops as at a signal. */
const endOfLife = "the pilot's time"

/** What is known of a job that a pilot took. */
interface Taken {
  readonly pilot: number
  delivered: boolean
  /** Updates whose answer is awaited, and when the last one failed. */
  underWay: number
  failedAt: number
}

/**
 * Every job that a pilot took ends by that pilot's own word, with code and reason where it failed. Excused: a pilot that
 * died and was not started again; one that died when a full disk had not kept its records; and a stop in whose few
 * seconds the server, the disk or the process did not move.
 */
export const noSilentLoss: Promised = {
  name: 'no silent loss',
  count: 'lost',
  watch(world) {
    const taken = new Map<JobKey, Taken>()
    const unkept = new Set<number>()
    const excused = new Set<number>()
    const hurried = new Set<number>()
    const leftAt = new Map<number, number>()
    return {
      see(happening, at) {
        switch (happening.type) {
          case 'record.written': {
            const { pilot, key, record, kept } = happening
            if (record.kind === 'definition')
              taken.set(key, { pilot, delivered: false, underWay: 0, failedAt: -stopTime })
            if (!kept) unkept.add(pilot)
            return undefined
          }
          case 'records.lost':
            // Its flush was not answered yet: nobody ever knew of that job.
            for (const { key, kind } of happening.records) if (kind === 'definition') taken.delete(key)
            return undefined
          case 'pilot.died':
            for (const job of taken.values()) if (job.pilot === happening.pilot) job.underWay = 0
            if (!happening.restart || unkept.has(happening.pilot)) excused.add(happening.pilot)
            return undefined
          case 'pilot.told':
            hurried.add(happening.pilot)
            return undefined
          case 'pilot.left':
            if (happening.text.startsWith(endOfLife)) hurried.add(happening.pilot)
            leftAt.set(happening.pilot, at)
            return undefined
          case 'update.sent': {
            const job = taken.get(jobKey(happening.update))
            if (job !== undefined && happening.update.final !== undefined) job.underWay += 1
            return speechless(happening)
          }
          case 'update.heard': {
            const job = taken.get(jobKey(happening.update))
            if (job !== undefined && happening.update.final !== undefined) job.delivered = true
            return undefined
          }
          case 'update.answered': {
            const job = taken.get(jobKey(happening.update))
            if (job === undefined) return undefined
            if (happening.update.final === undefined) return undefined
            job.underWay -= 1
            if (happening.answer !== 'accepted') job.failedAt = at
            return undefined
          }
          default:
            return undefined
        }
      },
      end() {
        const lost: string[] = []
        for (const [key, job] of taken) {
          const { pilot } = job
          if (job.delivered || excused.has(pilot)) continue
          const left = leftAt.get(pilot) ?? 0
          const unheard = job.underWay > 0 || job.failedAt >= left - stopTime
          if (hurried.has(pilot) && (unheard || stoodStill(world, pilot, left))) continue
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

/** Whether a pilot was paused, or its disk kept it waiting, when it had only seconds left. */
function stoodStill({ scenario }: World, pilot: number, left: number): boolean {
  return scenario.faults.some((fault) => {
    if (fault.kind !== 'slow disk' && fault.kind !== 'pause') return false
    if (fault.pilot !== pilot) return false
    const [from, until] = fault.kind === 'pause' ? [fault.at, fault.at + fault.for] : [fault.from, fault.until]
    return from <= left && until >= left - stopTime
  })
}

import { jobKey } from '../../job/ids.ts'
import type { JobUpdate } from '../../job/update.ts'
import type { Promised } from './promise.ts'

/** What is reported could be true, whatever the wall clock did: no job ends before it starts, nothing takes less than no time. */
export const plausible: Promised = {
  name: 'plausible',
  count: 'broken',
  watch() {
    return {
      see(happening) {
        if (happening.type !== 'update.sent') return undefined
        const wrong = impossible(happening.update)
        return wrong === undefined ? undefined : `${jobKey(happening.update)}: ${wrong}`
      },
    }
  },
}

function impossible({ use, final, startTime }: JobUpdate): string | undefined {
  const cores = use?.meanCores
  if (cores !== undefined && !(cores >= 0 && cores < 1000)) return `${cores} cores were used`
  if (use !== undefined && use.cpuTime < 0) return `${use.cpuTime} s of CPU were used`
  if (final === undefined) return undefined
  if (final.endTime < startTime) return `it ended ${startTime - final.endTime} ms before it started`
  return /^\d+(\|\d+){5}$/.test(final.pilotTiming) ? undefined : `its pilotTiming is ${final.pilotTiming}`
}

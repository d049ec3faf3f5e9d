import { jobKey } from '../../job/ids.ts'
import type { Fault, JobScript, Scenario } from '../scenario.ts'
import type { Promised } from './promise.ts'

const hour = 3_600_000

/**
 * A job fails only where something was done to it: not because a pilot process was killed and started again, a call was
 * lost, a node of the server was away for a while, or the process stood still for some minutes.
 */
export const noNeedlessFailure: Promised = {
  name: 'no needless failure',
  count: 'broken',
  watch({ scenario, jobs }) {
    return {
      see(happening) {
        if (happening.type !== 'update.sent' || happening.update.state !== 'failed') return undefined
        const { pilot, update } = happening
        const at = jobs.findIndex(({ key }) => key === jobKey(update))
        if (!isGood(scenario.jobs[at]) || scenario.faults.some((fault) => excuses(fault, pilot, at))) return undefined
        if (clockJumpedBeforeRestart(scenario, pilot)) return undefined
        return `${jobKey(update)} failed though nothing was done to it: ${update.final?.pilotError?.text}`
      },
    }
  },
}

function isGood(script: JobScript | undefined): boolean {
  return script?.payload.exitCode === 0 && script.payload.leaves === 'all'
}

/** Whether a fault may be why a job failed. */
function excuses(fault: Fault, pilot: number, job: number): boolean {
  if ('pilot' in fault && fault.pilot !== pilot) return false
  switch (fault.kind) {
    case 'death':
      return fault.how === 'power cut'
    case 'call':
      return fault.how === 'refuse'
    case 'outage':
    case 'partition':
      return fault.until - fault.from > hour
    case 'pause':
      return fault.for > hour
    case 'order':
      return fault.job === job
    case 'slow disk':
    case 'clock':
      return false
    default:
      return true
  }
}

/**
 * A restarted process knows the age of its pilot by the wall clock alone: one that jumped ahead by a day ends its life.
 */
function clockJumpedBeforeRestart({ faults }: Scenario, pilot: number): boolean {
  const own = faults.filter((fault) => 'pilot' in fault && fault.pilot === pilot)
  return own.some(({ kind }) => kind === 'clock') && own.some(({ kind }) => kind === 'death')
}

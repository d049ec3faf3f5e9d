import { errors } from '../../job/error-table.ts'
import { type JobKey, jobKey } from '../../job/ids.ts'
import type { Phase } from '../../job/phases.ts'
import type { Promised } from './promise.ts'

/** The log of a job that is done otherwise may still be stored: a kill order then comes too late. */
const mayStillFail: ReadonlySet<Phase> = new Set(['preparing', 'stage-in', 'payload', 'stage-out'])

/**
 * What the server orders is done to the job it was ordered for, and nothing that was not ordered: a job ends by a kill
 * order only if the server gave one for it, and shows its log only while the server wants debug mode.
 */
export const obedient: Promised = {
  name: 'obedient',
  count: 'broken',
  watch() {
    const killed = new Set<JobKey>()
    const debug = new Map<JobKey, string>()
    const mustFail = new Set<JobKey>()
    const phases = new Map<JobKey, Phase>()
    return {
      see(happening) {
        if (happening.type === 'update.heard') {
          const key = jobKey(happening.update)
          const words = happening.command.split(',')
          if (words.includes('tobekilled')) killed.add(key)
          debug.set(key, happening.command)
          return undefined
        }
        if (happening.type === 'record.written' && happening.record.kind === 'phase') {
          phases.set(happening.key, happening.record.phase)
        }
        if (happening.type === 'update.answered' && happening.commands.includes('tobekilled')) {
          const key = jobKey(happening.update)
          if (mayStillFail.has(phases.get(key) ?? 'closed')) mustFail.add(key)
        }
        if (happening.type !== 'update.sent') return undefined
        const { update } = happening
        const key = jobKey(update)
        if (update.final?.pilotError?.code === errors.PANDAKILL.code && !killed.has(key)) {
          return `${key} was killed, the server never ordered it`
        }
        if (update.state === 'finished' && mustFail.has(key)) return `${key} was to be killed and is told finished`
        const wanted = debug.get(key) ?? ''
        if (update.stdout === undefined || /(^|,)(debug(,|$)|tail |ls |ps |du |gdb )/.test(wanted)) return undefined
        return `${key} shows its log, the server said ${wanted}`
      },
    }
  },
}

import { type JobKey, jobKey } from '../../job/ids.ts'
import type { Promised } from './promise.ts'

/** Record, perform, record, tell: no effect without its intent on record, no final update that is not safe on disk. */
export const recordedFirst: Promised = {
  name: 'resumable',
  count: 'broken',
  watch() {
    const finals = new Map<JobKey, string>()
    const intents = new Set<string>()
    const launching = new Set<JobKey>()
    const handedOver = new Set<JobKey>()
    return {
      see(happening) {
        switch (happening.type) {
          case 'job.handedOver':
            handedOver.add(happening.key)
            return undefined
          case 'record.written': {
            const { key, record, durability } = happening
            if (record.kind === 'launching' && durability === 'flushed') launching.add(key)
            if (record.kind === 'transfer' && record.state.kind === 'intended') intents.add(`${key} ${record.lfn}`)
            const update = record.kind === 'message' || record.kind === 'outcome' ? record.update : undefined
            if (update?.final !== undefined && durability === 'flushed') finals.set(key, JSON.stringify(update))
            return undefined
          }
          case 'update.sent': {
            const key = jobKey(happening.update)
            if (!handedOver.has(key)) return `an update about ${key}, which no pilot was given`
            if (happening.update.final === undefined) return undefined
            return finals.get(key) === JSON.stringify(happening.update)
              ? undefined
              : `the final update of ${key} is sent before it is on record`
          }
          case 'copy.started': {
            const intent = `${happening.key} ${happening.lfn}`
            return intents.has(intent) ? undefined : `${happening.lfn} is copied without its intent on record`
          }
          case 'payload.launched':
            return launching.has(happening.key)
              ? undefined
              : `${happening.key} is launched without its intent on record`
          default:
            return undefined
        }
      },
    }
  },
}

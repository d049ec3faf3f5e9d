import { str } from '../python/text.ts'
import { given, type LegacyMethod } from './method.ts'

/** get_max_worker_id: where a Harvester goes on counting; null when it has no worker. */
export const getMaxWorkerID: LegacyMethod = {
  name: 'get_max_worker_id',
  required: ['harvester_id'],
  optional: [],
  run: (call) => {
    const harvester = str(given(call, 'harvester_id'))
    const own = [...call.panda.workers.values()].filter(({ harvesterID }) => harvesterID === harvester)
    const ids = own.map(({ workerID }) => Number(workerID)).filter(Number.isInteger)
    return { kind: 'text', text: ids.length === 0 ? 'null' : String(Math.max(...ids)) }
  },
}

import { isPilot } from '../model/caller.ts'
import { invalidWorkerState, updateWorker } from '../model/workers.ts'
import { str } from '../python/text.ts'
import { dictionary, given, type LegacyMethod } from './method.ts'

/** updateWorkerPilotStatus (contracts/panda-server.md 8). */
export const updateWorkerPilotStatus: LegacyMethod = {
  name: 'updateWorkerPilotStatus',
  required: ['site', 'workerID', 'harvesterID', 'status'],
  optional: ['timeout', 'node_id'],
  run: (call) => {
    if (!isPilot(call.caller)) return { kind: 'text', text: 'production or pilot role is required' }
    const status = given(call, 'status')
    if (status !== 'started' && status !== 'finished') {
      return { kind: 'text', text: invalidWorkerState }
    }
    const node = given(call, 'node_id')
    const key = { harvesterID: str(given(call, 'harvesterID')), workerID: str(given(call, 'workerID')) }
    updateWorker(call.panda, call.now, key, status, node === null ? null : str(node))
    return dictionary({ StatusCode: 0 })
  },
}

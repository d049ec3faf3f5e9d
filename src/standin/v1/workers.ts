import { invalidWorkerState, updateWorkerNode as storeNode, updateGpu, updateWorker } from '../model/workers.ts'
import { str } from '../python/text.ts'
import { type PythonDict, PythonFloat } from '../python/values.ts'
import { failure, optional, required, success, textOr, type V1Method } from './method.ts'

const pilotCall = { verb: 'POST', secure: true, production: true } as const

/** pilot/update_worker_status (contracts/panda-server.md 8). The ids are not checked for a type. */
export const updateWorkerStatus: V1Method = {
  ...pilotCall,
  name: 'pilot/update_worker_status',
  parameters: [
    ...required('any', 'worker_id', 'harvester_id', 'status'),
    ...optional('int', ['timeout'], 60),
    ...optional('str', ['node_id']),
  ],
  run: (call) => {
    const status = call.parameters.status
    if (status !== 'started' && status !== 'finished') {
      return failure(invalidWorkerState)
    }
    const key = {
      harvesterID: str(call.parameters.harvester_id ?? null),
      workerID: str(call.parameters.worker_id ?? null),
    }
    updateWorker(call.panda, call.now, key, status, textOr(call, 'node_id'))
    return success(null)
  },
}

/** pilot/update_worker_node: the same sentence for a new map and a known one. */
export const updateWorkerNode: V1Method = {
  ...pilotCall,
  name: 'pilot/update_worker_node',
  parameters: [
    ...required('str', 'site', 'host_name', 'cpu_model'),
    ...optional('str', ['panda_queue', 'cpu_architecture', 'cpu_architecture_level']),
    ...optional('int', ['n_logical_cpus', 'n_sockets', 'cores_per_socket', 'threads_per_core']),
    ...optional('float', ['clock_speed']),
    ...optional('int', ['total_memory', 'total_local_disk']),
    ...optional('int', ['timeout'], 60),
  ],
  run: (call) => {
    storeNode(call.panda, call.now, plainFields(call.parameters))
    return success(null, 'Inserted new worker node.')
  },
}

/** pilot/update_worker_node_gpu: one model a call. */
export const updateWorkerNodeGpu: V1Method = {
  ...pilotCall,
  name: 'pilot/update_worker_node_gpu',
  parameters: [
    ...required('str', 'site', 'host_name', 'vendor', 'model'),
    ...required('int', 'count'),
    ...optional('int', ['vram']),
    ...optional('str', ['architecture', 'framework', 'framework_version', 'driver_version']),
    ...optional('int', ['timeout'], 60),
  ],
  run: (call) => {
    updateGpu(call.panda, call.now, plainFields(call.parameters))
    return success(null, 'Inserted new worker node GPU.')
  },
}

function plainFields(parameters: PythonDict): Record<string, unknown> {
  const { timeout: _, ...fields } = parameters
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, value instanceof PythonFloat ? value.value : value]),
  )
}

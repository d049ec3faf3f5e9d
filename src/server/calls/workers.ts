import type { WireValue } from '../dialect.ts'
import { decimal } from '../json.ts'
import { readEnvelope } from '../v1-answer.ts'
import { defined, v1Post } from '../wire-calls.ts'
import { columnText, wholeNumber } from '../wire-text.ts'
import type { WorkerGpuMap, WorkerNodeMap } from '../worker-port.ts'
import { type Call, notSpoken } from './call.ts'

/** pilot/update_worker_node (contracts/panda-server.md 8). Only the clock speed is a float (13 gotcha 6). */
export const workerNodeCall: Call<WorkerNodeMap, null> = {
  v1: {
    request(map) {
      const fields = defined<WireValue>({
        site: map.site,
        host_name: map.hostName,
        cpu_model: map.cpuModel,
        panda_queue: map.queue,
        n_logical_cpus: wholeNumber(map.logicalCpus, 10),
        n_sockets: wholeNumber(map.sockets, 10),
        cores_per_socket: wholeNumber(map.coresPerSocket, 10),
        threads_per_core: wholeNumber(map.threadsPerCore, 10),
        cpu_architecture: map.cpuArchitecture,
        cpu_architecture_level: cut(map.cpuArchitectureLevel),
        clock_speed: decimal(map.clockSpeed),
        total_memory: wholeNumber(map.totalMemory, 10),
        total_local_disk: wholeNumber(map.totalLocalDisk, 10),
      })
      return v1Post('pilot/update_worker_node', fields, ['site', 'host_name', 'cpu_model'])
    },
    read(reply) {
      const answer = readEnvelope(reply)
      return answer.kind === 'done' ? { kind: 'done', value: null } : answer
    },
  },
  legacy: notSpoken('the legacy dialect has no worker node map'),
}

/** pilot/update_worker_node_gpu (contracts/panda-server.md 8). */
export const workerGpuCall: Call<WorkerGpuMap, null> = {
  v1: {
    request(map) {
      const fields = defined<WireValue>({
        site: map.site,
        host_name: map.hostName,
        vendor: map.vendor,
        model: map.model,
        count: Math.trunc(map.count),
        vram: wholeNumber(map.vram, 10),
        architecture: map.architecture,
        framework: map.framework,
        framework_version: cut(map.frameworkVersion),
        driver_version: cut(map.driverVersion),
      })
      return v1Post('pilot/update_worker_node_gpu', fields, ['site', 'host_name', 'vendor', 'model', 'count'])
    },
    /** "Another pilot was updating …" is a failure here and a success for nodes; either way the map is there (13 gotcha 28). */
    read(reply) {
      const answer = readEnvelope(reply)
      if (answer.kind === 'done') return { kind: 'done', value: null }
      return answer.kind === 'unknown' && /another pilot/i.test(answer.text) ? { kind: 'done', value: null } : answer
    },
  },
  legacy: notSpoken('the legacy dialect has no GPU map'),
}

/** Versions and levels stand in columns of 20. */
function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : columnText(text, 20)
}

import { join } from 'node:path'
import type { InputFile } from '../job/files.ts'
import type { QueueData } from '../job/queue-data.ts'
import { firstWithContent, storageActivities } from './activities.ts'
import { isLocalTool } from './local-tools.ts'
import { deterministicPath } from './pfn.ts'
import {
  deterministicEndpoint,
  hasFinalDestination,
  isObstacle,
  obstacle,
  type PlanOptions,
  planOf,
  spokenBy,
  surlOf,
  usableTools,
  type Ways,
} from './plan.ts'
import type { Copytool, Endpoints, TransferPlan } from './port.ts'

type Tool = Pick<Copytool, 'name' | 'schemes'>

/**
 * Where an input can be had, best first: tool by tool as the queue names them; with each, the file's RSE (unknown: the
 * queue's local ones) by its protocols (contracts/pilot-data.md 2.2–2.4). There is no replica catalogue behind this: an
 * RSE the definition names is taken to hold the file under its deterministic path. Failures: 1323, 1133, 1329, 1313.
 */
export function planStageIn(
  file: InputFile,
  queue: QueueData,
  endpoints: Endpoints,
  options: PlanOptions,
): TransferPlan {
  const { tools, obstacle: noTool } = usableTools('input', queue, options)
  const local = firstWithContent(queue.storagesByActivity, storageActivities('input', queue, options.analysis))
  const candidates = file.rse === undefined ? local : [file.rse]
  const ways = tools.map((tool) => {
    if (isLocalTool(tool.name)) return byMove(file, queue, tool, options)
    if (candidates.length === 0) {
      const detail = `nobody says where ${file.lfn} is: neither the job nor read_lan of queue ${queue.name}`
      return { replicas: [], obstacles: [obstacle('NOSTORAGE', detail)] }
    }
    return joined(candidates.map((rse) => atEndpoint(file, rse, local.includes(rse), tool, endpoints)))
  })
  return planOf(ways, noTool)
}

function joined(ways: readonly Ways[]): Ways {
  return {
    replicas: ways.flatMap(({ replicas }) => replicas),
    obstacles: ways.flatMap(({ obstacles }) => obstacles),
  }
}

function byMove(file: InputFile, queue: QueueData, tool: Tool, { directory }: PlanOptions): Ways {
  const name = hasFinalDestination(queue) ? deterministicPath(file.scope, file.lfn) : file.lfn
  const pfn = join(directory, name)
  return { replicas: [{ pfn, turl: pfn, rse: file.rse, copytool: tool.name }], obstacles: [] }
}

function atEndpoint(file: InputFile, rse: string, isLocal: boolean, tool: Tool, endpoints: Endpoints): Ways {
  const endpoint = deterministicEndpoint(rse, endpoints)
  if (isObstacle(endpoint)) return { replicas: [], obstacles: [endpoint] }
  const activities = isLocal ? ['read_lan', 'read_wan'] : ['read_wan']
  const protocols = activities.flatMap((activity) => spokenBy(tool, endpoint.protocolsByActivity[activity] ?? []))
  if (protocols.length === 0) {
    const detail = `${rse} has no ${activities.join(' or ')} protocol for ${tool.name} (${tool.schemes.join(', ')})`
    return { replicas: [], obstacles: [obstacle('NOSTORAGEPROTOCOL', detail)] }
  }
  const replicas = protocols.map((protocol) => {
    const pfn = surlOf(protocol, file)
    return { pfn, turl: pfn, rse, copytool: tool.name }
  })
  return { replicas, obstacles: [] }
}

import { join } from 'node:path'
import type { OutputFile } from '../job/files.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { StorageEndpoint, StorageProtocol } from '../job/storage-endpoint.ts'
import { firstWithContent, storageActivities } from './activities.ts'
import { isLocalTool } from './local-tools.ts'
import { localPathOf } from './pfn.ts'
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
import type { Copytool, Endpoints, Replica, TransferPlan } from './port.ts'

export interface StageOutOptions extends PlanOptions {
  /** Alternative stage-out is allowed: a second RSE follows the first. */
  readonly alternative: boolean
  /** RSEs that are never taken as an alternative: the job's nucleus. */
  readonly excluded: readonly string[]
}

export interface StorageChoice {
  readonly destination: string | undefined
  readonly alternative: string | undefined
}

/** Destination and alternative among the queue's RSEs (contracts/pilot-data.md 3.2, table). */
export function chooseStorage(
  requested: string | undefined,
  storages: readonly string[],
  excluded: readonly string[],
): StorageChoice {
  const first = storages[0]
  if (first === undefined) return { destination: undefined, alternative: undefined }
  const following = (rse: string): string | undefined => {
    const at = storages.indexOf(rse)
    return [...storages.slice(at + 1), ...storages.slice(0, at)].find(
      (candidate) => candidate !== rse && !excluded.includes(candidate),
    )
  }
  if (requested === undefined) return { destination: first, alternative: following(first) }
  if (storages.includes(requested)) return { destination: requested, alternative: following(requested) }
  return { destination: first, alternative: excluded.includes(requested) ? undefined : requested }
}

/**
 * Where an output or the log may be brought, best first: the destination with each of the queue's tools, then, if
 * allowed, the alternative (contracts/pilot-data.md 2.2, 3.2, 3.3). Failures: 1323, 1133, 1329, 1313, 1341.
 */
export function planStageOut(
  file: OutputFile,
  queue: QueueData,
  endpoints: Endpoints,
  options: StageOutOptions,
): TransferPlan {
  const { tools, obstacle: noTool } = usableTools(file.kind, queue, options)
  const storages = firstWithContent(queue.storagesByActivity, storageActivities(file.kind, queue, options.analysis))
  const choice = chooseStorage(file.rse, storages, options.excluded)
  const second = options.alternative && choice.alternative !== undefined ? [choice.alternative] : []
  const targets = [
    { rse: choice.destination, local: true },
    ...second.map((rse) => ({ rse, local: storages.includes(rse) })),
  ]
  const ways = targets.flatMap(({ rse, local }) =>
    tools.map((tool) => wayTo(file, queue, { rse, local }, tool, endpoints, options)),
  )
  return planOf(ways, noTool)
}

interface Target {
  readonly rse: string | undefined
  readonly local: boolean
}

function wayTo(
  file: OutputFile,
  queue: QueueData,
  target: Target,
  tool: Pick<Copytool, 'name' | 'schemes'>,
  endpoints: Endpoints,
  { directory }: StageOutOptions,
): Ways {
  const found = protocolOf(queue, target, tool, endpoints)
  if (isLocalTool(tool.name) && !hasFinalDestination(queue)) {
    const pfn = join(directory, file.lfn)
    const turl = 'endpoint' in found ? surlOf(found, file) : `file://localhost${pfn}`
    return one({ pfn, turl, rse: target.rse, copytool: tool.name })
  }
  if (!('endpoint' in found)) return found
  const turl = surlOf(found, file)
  if (!isLocalTool(tool.name)) return one({ pfn: turl, turl, rse: target.rse, copytool: tool.name })
  const path = localPathOf(turl)
  if (path !== undefined) return one({ pfn: path, turl, rse: target.rse, copytool: tool.name })
  const detail = `queue ${queue.name} moves to the final destination, but ${turl} is no file:// URL`
  return { replicas: [], obstacles: [obstacle('BADQUEUECONFIGURATION', detail)] }
}

function one(replica: Replica): Ways {
  return { replicas: [replica], obstacles: [] }
}

/** The first protocol of the first write activity with content (contracts/pilot-data.md 1.1 ddm_activity, 3.3). */
function protocolOf(
  queue: QueueData,
  { rse, local }: Target,
  tool: Pick<Copytool, 'name' | 'schemes'>,
  endpoints: Endpoints,
): StorageProtocol | Ways {
  if (rse === undefined) {
    const detail = `queue ${queue.name} names no storage to write to: set astorages in its document`
    return { replicas: [], obstacles: [obstacle('NOSTORAGE', detail)] }
  }
  const endpoint = deterministicEndpoint(rse, endpoints)
  if (isObstacle(endpoint)) return { replicas: [], obstacles: [endpoint] }
  return spokenProtocol(endpoint, local, tool)
}

function spokenProtocol(
  endpoint: StorageEndpoint,
  local: boolean,
  tool: Pick<Copytool, 'name' | 'schemes'>,
): StorageProtocol | Ways {
  const activities = local ? ['write_lan', 'write_wan'] : ['write_wan']
  const protocol = spokenBy(tool, firstWithContent(endpoint.protocolsByActivity, activities))[0]
  if (protocol !== undefined) return protocol
  const schemes = tool.schemes.length === 0 ? '' : ` (${tool.schemes.join(', ')})`
  const detail = `${endpoint.name} has no ${activities.join(' or ')} protocol for ${tool.name}${schemes}`
  return { replicas: [], obstacles: [obstacle('NOSTORAGEPROTOCOL', detail)] }
}

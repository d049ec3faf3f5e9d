import { type ErrorName, errors } from '../job/error-table.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { StorageEndpoint, StorageProtocol } from '../job/storage-endpoint.ts'
import { type FileRole, namedCopytools } from './activities.ts'
import { deterministicPath, joinUrl, schemeOf } from './pfn.ts'
import type { Copytool, Endpoints, Replica, TransferPlan } from './port.ts'

/** What both planners know besides the queue and the file. */
export interface PlanOptions {
  /** The job is analysis work (`isAnalysis`). */
  readonly analysis: boolean
  /** Where `mv` finds inputs or brings outputs: `--input-dir`/`--output-dir`, else the directory the pilot was started in. */
  readonly directory: string
  /** Tools there are, by name. */
  readonly copytools: ReadonlyMap<string, Pick<Copytool, 'name' | 'schemes'>>
}

/** Something that kept one way from being planned. */
export interface Obstacle {
  readonly name: ErrorName
  readonly detail: string
}

export function obstacle(name: ErrorName, detail: string): Obstacle {
  return { name, detail }
}

/** Ways one after another, and what stood in the way of others. */
export interface Ways {
  readonly replicas: readonly Replica[]
  readonly obstacles: readonly Obstacle[]
}

/** Every way that was found, each PFN once a tool; without any, the first obstacle is the reason. */
export function planOf(ways: readonly Ways[], otherwise: Obstacle): TransferPlan {
  const seen = new Map<string, Replica>()
  for (const replica of ways.flatMap(({ replicas }) => replicas)) {
    const key = `${replica.copytool} ${replica.pfn}`
    if (!seen.has(key)) seen.set(key, replica)
  }
  if (seen.size > 0) return { kind: 'planned', replicas: [...seen.values()] }
  const { name, detail } = ways.flatMap(({ obstacles }) => obstacles)[0] ?? otherwise
  return { kind: 'failed', error: { code: errors[name].code, text: detail } }
}

/** The queue's tools that there are; a queue may also name tools this pilot does not have, they are passed over. */
export function usableTools(
  role: FileRole,
  queue: QueueData,
  options: PlanOptions,
): { readonly tools: readonly Pick<Copytool, 'name' | 'schemes'>[]; readonly obstacle: Obstacle } {
  const named = namedCopytools(role, queue, options.analysis)
  const tools = named.map((name) => options.copytools.get(name)).filter((tool) => tool !== undefined)
  const known = [...options.copytools.keys()].join(', ')
  const detail =
    named.length === 0
      ? `queue ${queue.name} names no copytool for ${role} files: set acopytools or copytools in its document`
      : `queue ${queue.name} asks for ${named.join(', ')} for ${role} files, this pilot has ${known}`
  return { tools, obstacle: obstacle('UNKNOWNCOPYTOOL', detail) }
}

/** Protocols a tool can speak, in the order of the tool's schemes, then of the document (contracts/pilot-data.md 3.3). */
export function spokenBy(
  { schemes }: Pick<Copytool, 'schemes'>,
  protocols: readonly StorageProtocol[],
): readonly StorageProtocol[] {
  if (schemes.length === 0) return protocols
  return schemes.flatMap((scheme) => protocols.filter(({ endpoint }) => schemeOf(endpoint) === scheme))
}

/** An endpoint on which the pilot may compute paths by itself, or why not. */
export function deterministicEndpoint(rse: string, endpoints: Endpoints): StorageEndpoint | Obstacle {
  const endpoint = endpoints.get(rse)
  if (endpoint === undefined) return obstacle('NOSTORAGE', `${rse} is not in the storage document`)
  if (!endpoint.isDeterministic) return obstacle('NONDETERMINISTICDDM', `paths on ${rse} cannot be computed`)
  return endpoint
}

export function isObstacle(value: StorageEndpoint | Obstacle): value is Obstacle {
  return 'detail' in value
}

/** URL of a file on a deterministic endpoint. */
export function surlOf(
  protocol: StorageProtocol,
  { scope, lfn }: { readonly scope: string; readonly lfn: string },
): string {
  return joinUrl(protocol, deterministicPath(scope, lfn))
}

/** The queue's flag for moving files straight to their path on mounted storage (contracts/pilot-data.md 4.6). */
export function hasFinalDestination(queue: QueueData): boolean {
  return queue.catchall.some((flag) => flag === 'mv_final_destination' || flag.startsWith('mv_final_destination='))
}

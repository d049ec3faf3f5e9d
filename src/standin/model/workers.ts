import type { Panda } from './panda.ts'
import type { Worker, WorkerKey } from './worker.ts'

/** What both dialects say to any status but these two. */
export const invalidWorkerState = "Invalid worker state. The worker state has to be in ('started', 'finished')"

const keyText = (...parts: readonly string[]) => parts.join('\n')

/** Creates or refreshes the worker row and notes that it runs the job. */
export function workerTookJob(panda: Panda, now: number, key: WorkerKey, PandaID: number): void {
  const worker = findOrAdd(panda, now, key)
  worker.status = 'running'
  worker.updatedAt = now
  worker.jobs.push(PandaID)
}

/** The pilot says that it started or finished. A worker nobody announced succeeds as well (contracts/panda-server.md 8). */
export function updateWorker(
  panda: Panda,
  now: number,
  key: WorkerKey,
  status: 'started' | 'finished',
  nodeID: string | null,
): void {
  const worker = findOrAdd(panda, now, key)
  worker.status = status
  worker.updatedAt = now
  if (nodeID !== null) worker.nodeID = nodeID.slice(0, 80)
}

/** Stores a worker node map; an equal key only refreshes the time. `slot@host` loses its slot. */
export function updateWorkerNode(panda: Panda, now: number, fields: Readonly<Record<string, unknown>>): void {
  const host = bareHost(String(fields.host_name))
  const key = keyText(String(fields.site), host, String(fields.cpu_model))
  const known = panda.workerNodes.get(key)
  if (known === undefined) panda.workerNodes.set(key, { fields: { ...fields, host_name: host }, lastSeen: now })
  else known.lastSeen = now
}

/** Stores a GPU map, one model a call. */
export function updateGpu(panda: Panda, now: number, fields: Readonly<Record<string, unknown>>): void {
  const host = bareHost(String(fields.host_name))
  const key = keyText(String(fields.site), host, String(fields.vendor), String(fields.model))
  const known = panda.gpus.get(key)
  if (known === undefined) panda.gpus.set(key, { fields: { ...fields, host_name: host }, lastSeen: now })
  else known.lastSeen = now
}

export function findWorker(panda: Panda, key: WorkerKey): Worker | undefined {
  return panda.workers.get(keyText(key.harvesterID, key.workerID))
}

function findOrAdd(panda: Panda, now: number, key: WorkerKey): Worker {
  const known = findWorker(panda, key)
  if (known !== undefined) return known
  const worker: Worker = { ...key, status: 'running', nodeID: null, jobs: [], updatedAt: now }
  panda.workers.set(keyText(key.harvesterID, key.workerID), worker)
  return worker
}

function bareHost(host: string): string {
  return host.slice(host.lastIndexOf('@') + 1)
}

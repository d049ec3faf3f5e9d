/** A Harvester worker as the server's table holds it. */
export interface Worker {
  readonly harvesterID: string
  readonly workerID: string
  status: 'running' | 'finished' | 'started'
  nodeID: string | null
  readonly jobs: number[]
  updatedAt: number
}

/** Which worker: both parts come from the environment of the pilot. */
export interface WorkerKey {
  readonly harvesterID: string
  readonly workerID: string
}

/** The worker node map, under the v1 names; the key is (site, host, model). */
export interface WorkerNode {
  readonly fields: Readonly<Record<string, unknown>>
  lastSeen: number
}

export interface GpuMap {
  readonly fields: Readonly<Record<string, unknown>>
  lastSeen: number
}

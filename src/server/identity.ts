/** What a pilot says of itself with every call; constant for its life (contracts/panda-server.md 1.7, 4, 5.1). */
export interface PilotIdentity {
  /** The queue's resource name. */
  readonly siteName: string
  readonly computingElement: string
  /** `<slot>@<host>` where a slot is known. */
  readonly node: string
  readonly schedulerId: string
  /** `GTAG|batchtype|versiontag|version`. */
  readonly pilotId: string
  /** Must not change while a job runs: another one makes the server kill it (13 gotcha 35). */
  readonly batchId: string
  readonly cpuConsumptionUnit: string
  readonly cpuArchitectureLevel: string
  /** Both known or worker calls are left out. */
  readonly harvesterId: string | undefined
  readonly workerId: string | undefined
}

/** A worker as Harvester numbered it. */
export interface Worker {
  readonly harvesterId: string
  readonly workerId: string
}

export function workerOf({ harvesterId, workerId }: PilotIdentity): Worker | undefined {
  if (harvesterId === undefined || harvesterId === '' || workerId === undefined || workerId === '') return undefined
  return { harvesterId, workerId }
}

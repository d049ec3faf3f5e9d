import type { ServerAnswer } from './answer-port.ts'

/** What a worker node is (contracts/panda-server.md 8). What is not known is left out. */
export interface WorkerNodeMap {
  /** The site, not the queue. */
  readonly site: string
  /** `<slot>@<host>` where a slot is known; the server keeps the host. */
  readonly hostName: string
  readonly cpuModel: string
  readonly queue: string | undefined
  readonly logicalCpus: number | undefined
  readonly sockets: number | undefined
  readonly coresPerSocket: number | undefined
  readonly threadsPerCore: number | undefined
  readonly cpuArchitecture: string | undefined
  /** `x86_64-v3` */
  readonly cpuArchitectureLevel: string | undefined
  /** MHz. */
  readonly clockSpeed: number | undefined
  /** MB. */
  readonly totalMemory: number | undefined
  /** GB. */
  readonly totalLocalDisk: number | undefined
}

/** One GPU model of a worker node; a node with several models is told in several calls. */
export interface WorkerGpuMap {
  readonly site: string
  readonly hostName: string
  /** `NVIDIA` */
  readonly vendor: string
  readonly model: string
  readonly count: number
  /** MB. */
  readonly vram: number | undefined
  readonly architecture: string | undefined
  /** `CUDA` */
  readonly framework: string | undefined
  readonly frameworkVersion: string | undefined
  readonly driverVersion: string | undefined
}

/** A class of jobs by cores and memory; undefined = open. Memory in MB per core. */
export interface ResourceType {
  readonly name: string
  readonly minCores: number | undefined
  readonly maxCores: number | undefined
  readonly minRamPerCore: number | undefined
  readonly maxRamPerCore: number | undefined
}

/** What the server is told of worker nodes. Maps exist in v1 only: a legacy server refuses them. Repeats are harmless. */
export interface WorkerServer {
  workerNode(map: WorkerNodeMap, signal?: AbortSignal): Promise<ServerAnswer<null>>
  workerGpu(map: WorkerGpuMap, signal?: AbortSignal): Promise<ServerAnswer<null>>
  resourceTypes(signal?: AbortSignal): Promise<ServerAnswer<readonly ResourceType[]>>
}

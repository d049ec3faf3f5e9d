import type { JobDefinition } from './definition.ts'
import type { QueueData } from './queue-data.ts'

const megabyte = 1024 * 1024
const gigabyte = 1024 * megabyte

/** Limits of the running pilot, bytes (contracts/pilot-core.md 1.6, 4). */
export const limits = {
  freeSpaceToStart: 2 * gigabyte,
  freeSpaceRunning: 1 * gigabyte,
  largestOutput: 500 * gigabyte,
} as const

/** Work directory when the queue names no limit: 14 GiB and the largest stdout. */
const defaultWorkDir = 14_336 * megabyte + 2 * gigabyte

/**
 * Largest work directory of a job, bytes, inputs and outputs not counted: the queue's maxwdir with its grace, a single-core
 * job gets one core's share (contracts/pilot-core.md 4, work dir).
 */
export function workDirLimit(queue: QueueData, job: JobDefinition): number {
  if (queue.maxWorkDir === 0) return defaultWorkDir
  const share = job.coreCount === 1 ? Math.max(1, queue.coreCount) : 1
  return ((queue.maxWorkDir * megabyte) / share) * queue.workDirGrace
}

/** Seconds before the batch system's limit at which the pilot stops by itself (contracts/pilot-core.md 2.5). */
const margin = 180

/**
 * How long a pilot may live, s: the queue's maxtime, else `--lifetime`, with its grace, less the time to report. Unlike
 * the old pilot's limit it is not renewed by each job (contracts/pilot-core.md 11.2 row 7).
 */
export function pilotLifetime(queue: QueueData, lifetime: number): number {
  const base = (queue.maxTime > 0 ? queue.maxTime : lifetime) * queue.walltimeGrace
  return Math.max(base / 2, base - margin)
}

/** Seconds a job may run by its own limit, where the queue says that this counts; undefined = none. */
export function jobWalltime(queue: QueueData, job: JobDefinition): number | undefined {
  if (!queue.jobMaxWalltime || job.maxWalltime === undefined) return undefined
  return job.maxWalltime * queue.walltimeGrace
}

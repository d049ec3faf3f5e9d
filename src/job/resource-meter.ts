import type { TreeSample } from './process.ts'
import type { ResourceUse } from './update.ts'

/** Running sums over the looks at a payload's processes: bounded whatever its length. Memory in kB. */
export interface ResourceMeter {
  readonly samples: number
  readonly cpuSeconds: number
  readonly sum: Memory
  readonly most: Memory
  /** Bytes. */
  readonly workDirSize: number
}

interface Memory {
  readonly rss: number
  readonly pss: number
  readonly vmem: number
  readonly swap: number
}

const nothing: Memory = { rss: 0, pss: 0, vmem: 0, swap: 0 }

export const emptyMeter: ResourceMeter = { samples: 0, cpuSeconds: 0, sum: nothing, most: nothing, workDirSize: 0 }

function each(a: Memory, b: Memory, join: (x: number, y: number) => number): Memory {
  return {
    rss: join(a.rss, b.rss),
    pss: join(a.pss, b.pss),
    vmem: join(a.vmem, b.vmem),
    swap: join(a.swap, b.swap),
  }
}

/** CPU time never goes back: a child that ended unseen takes its share out of a later sample. */
export function addSample(meter: ResourceMeter, sample: TreeSample): ResourceMeter {
  return {
    ...meter,
    samples: meter.samples + 1,
    cpuSeconds: Math.max(meter.cpuSeconds, sample.cpuSeconds),
    sum: each(meter.sum, sample, (x, y) => x + y),
    most: each(meter.most, sample, Math.max),
  }
}

export function addWorkDirSize(meter: ResourceMeter, bytes: number): ResourceMeter {
  return { ...meter, workDirSize: Math.max(meter.workDirSize, bytes) }
}

/** `wallSeconds` since the payload started. */
export function useOf(meter: ResourceMeter, wallSeconds: number): ResourceUse {
  const mean = (sum: number): number => Math.round(sum / meter.samples)
  return {
    cpuTime: meter.cpuSeconds,
    meanCores: wallSeconds > 0 ? meter.cpuSeconds / wallSeconds : undefined,
    memory:
      meter.samples === 0
        ? undefined
        : {
            maxRss: meter.most.rss,
            avgRss: mean(meter.sum.rss),
            maxPss: meter.most.pss,
            avgPss: mean(meter.sum.pss),
            maxVmem: meter.most.vmem,
            avgVmem: mean(meter.sum.vmem),
            maxSwap: meter.most.swap,
            avgSwap: mean(meter.sum.swap),
          },
    workDirSize: meter.workDirSize > 0 ? meter.workDirSize : undefined,
  }
}

import { readFile } from 'node:fs/promises'
import { availableParallelism, hostname } from 'node:os'
import { batchJob, nodeName } from './batch-system.ts'
import { cpuArchitectureLevel, cpuConsumptionUnit, cpuModel } from './cpu-description.ts'
import type { NodeFacts } from './port.ts'
import { parseCpuInfo, parseKilobytes } from './proc.ts'

/** Reads what is said of this node to the server. Never rejects: what cannot be read is empty, or 0. */
export async function readNodeFacts(environment: Readonly<Record<string, string | undefined>>): Promise<NodeFacts> {
  const jobAd = environment._CONDOR_JOB_AD
  const [cpuInfo, memInfo, jobAdText] = await Promise.all([
    textOf('/proc/cpuinfo'),
    textOf('/proc/meminfo'),
    jobAd === undefined ? '' : textOf(jobAd),
  ])
  const cpu = parseCpuInfo(cpuInfo)
  return {
    node: nodeName(environment, hostname()),
    memoryMB: Math.floor((parseKilobytes(memInfo).get('MemTotal') ?? 0) / 1024),
    cpuModel: cpuModel(cpu, process.arch),
    cores: cpu.processors || availableParallelism(),
    cpuConsumptionUnit: cpuConsumptionUnit(cpu, process.arch),
    cpuArchitectureLevel: cpuArchitectureLevel(cpu),
    ...batchJob(environment, jobAdText),
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1')
  } catch {
    return ''
  }
}

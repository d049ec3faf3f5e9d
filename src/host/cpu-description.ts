import type { CpuInfo } from './proc.ts'

/** Columns of the server (contracts/panda-server.md 5.1). */
const longestUnit = 128

/**
 * `s+<model> <cache> KB [n-Core Processor] [HT] k-Socket[s][+AVX2]`, the form of the Python pilot: the cores of a
 * socket are named unless the model does so itself.
 */
export function cpuConsumptionUnit(cpu: CpuInfo, architecture: string): string {
  const words = [cpuModel(cpu, architecture)]
  if (cpu.cacheKB !== undefined) words.push(`${cpu.cacheKB} KB`)
  if (!/\d+-Core/.test(cpu.modelName)) words.push(`${cpu.coresPerSocket}-Core Processor`)
  if (cpu.hyperThreading) words.push('HT')
  words.push(cpu.sockets === 1 ? '1-Socket' : `${cpu.sockets}-Sockets`)
  const level = ['avx2', 'avx'].find((flag) => cpu.flags.has(flag))
  const suffix = level === undefined ? '' : `+${level.toUpperCase()}`
  return `s+${words.join(' ').slice(0, longestUnit - 2 - suffix.length)}${suffix}`
}

/** As the kernel names it; kernels on ARM do not (contracts/pilot-experiment.md 15). */
export function cpuModel({ modelName }: CpuInfo, architecture: string): string {
  if (modelName !== '') return modelName
  return architecture === 'arm64' ? 'ARM' : 'UNKNOWN'
}

/** The feature levels of the x86-64 psABI in the kernel's names of the features; each includes those before it. */
const levels = [
  ['x86_64-v1', 'cmov cx8 fpu fxsr mmx syscall sse2'],
  ['x86_64-v2', 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3'],
  ['x86_64-v3', 'avx avx2 bmi1 bmi2 f16c fma abm movbe xsave'],
  ['x86_64-v4', 'avx512f avx512bw avx512cd avx512dq avx512vl'],
] as const

/** The highest level all of whose features the processor has; empty when it is no x86-64 or tells nothing. */
export function cpuArchitectureLevel({ flags }: CpuInfo): string {
  let reached = ''
  for (const [level, needed] of levels) {
    if (!needed.split(' ').every((flag) => flags.has(flag))) break
    reached = level
  }
  return reached
}

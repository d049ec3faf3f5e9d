import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { batchJob, nodeName } from '../../src/host/batch-system.ts'
import { cpuArchitectureLevel, cpuConsumptionUnit, cpuModel } from '../../src/host/cpu-description.ts'
import { readNodeFacts } from '../../src/host/node-facts.ts'
import type { CpuInfo } from '../../src/host/proc.ts'
import { temporaryDirectory } from './job-directory.ts'

const cpu: CpuInfo = {
  modelName: 'AMD EPYC',
  cacheKB: 1024,
  processors: 2,
  sockets: 1,
  coresPerSocket: 2,
  hyperThreading: false,
  flags: new Set(['avx', 'avx2']),
}

describe('the batch system', () => {
  test.each([
    ['QSUB_REQNAME', 'BQS'],
    ['BQSCLUSTER', 'BQS'],
    ['PBS_JOBID', 'Torque'],
    ['LSB_JOBID', 'LSF'],
    ['JOB_ID', 'Grid Engine'],
    ['clusterid', 'Condor'],
    ['SLURM_JOB_ID', 'SLURM'],
    ['K8S_JOB_ID', 'Kubernetes'],
  ])('%s tells of %s', (variable, batchType) => {
    expect(batchJob({ [variable]: '42' }, '')).toEqual({ batchType, batchId: '42' })
  })

  test('the first in the order of the table counts, an empty one does not', () => {
    expect(batchJob({ K8S_JOB_ID: 'pod', SLURM_JOB_ID: '7', JOB_ID: '' }, '')).toEqual({
      batchType: 'SLURM',
      batchId: '7',
    })
  })

  test("HTCondor's job ad is asked last", () => {
    const jobAd = 'Owner = "atlas"\nGlobalJobId = "bosco17.example.org#1234567.0#1785912345"\n'
    expect(batchJob({}, jobAd)).toEqual({ batchType: 'Condor', batchId: 'bosco17.example.org#1234567.0#1785912345' })
    expect(batchJob({ SLURM_JOB_ID: '7' }, jobAd)).toMatchObject({ batchType: 'SLURM' })
    expect(batchJob({}, 'Owner = "atlas"\n')).toEqual({ batchType: '', batchId: '' })
  })
})

test('the node is slot@host where a slot is known, by the name the site gives', () => {
  expect(nodeName({ _CONDOR_SLOT: 'slot1_3' }, 'wn0421.example.org')).toBe('slot1_3@wn0421.example.org')
  expect(nodeName({ PANDA_HOSTNAME: 'given', _CONDOR_SLOT: 'slot1' }, 'real')).toBe('slot1@given')
  expect(nodeName({}, 'real')).toBe('real')
})

describe('cpuConsumptionUnit', () => {
  test('has the form of the recorded ones', () => {
    expect(cpuConsumptionUnit(cpu, 'x64')).toBe('s+AMD EPYC 1024 KB 2-Core Processor 1-Socket+AVX2')
    const large = {
      ...cpu,
      modelName: 'AMD EPYC 7763 64-Core Processor',
      cacheKB: 512,
      sockets: 2,
      hyperThreading: true,
    }
    expect(cpuConsumptionUnit(large, 'x64')).toBe('s+AMD EPYC 7763 64-Core Processor 512 KB HT 2-Sockets+AVX2')
  })

  test('never exceeds the column and keeps its end', () => {
    const unit = cpuConsumptionUnit({ ...cpu, modelName: 'x'.repeat(500) }, 'x64')
    expect(unit).toHaveLength(128)
    expect(unit).toMatch(/\+AVX2$/)
  })

  test('an ARM processor is called so', () => {
    const arm = { ...cpu, modelName: '', cacheKB: undefined, flags: new Set<string>() }
    expect(cpuConsumptionUnit(arm, 'arm64')).toBe('s+ARM 2-Core Processor 1-Socket')
    expect(cpuModel(arm, 'riscv64')).toBe('UNKNOWN')
  })
})

describe('the architecture level', () => {
  const v1 = 'cmov cx8 fpu fxsr mmx syscall sse2'
  const v2 = `${v1} cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3`
  const v3 = `${v2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave`
  const v4 = `${v3} avx512f avx512bw avx512cd avx512dq avx512vl`

  test.each([
    ['x86_64-v1', v1],
    ['x86_64-v2', v2],
    ['x86_64-v3', v3],
    ['x86_64-v4', v4],
    ['x86_64-v1', v4.replace('popcnt ', '')],
    ['', 'fp asimd'],
  ])('%s', (level, flags) => {
    expect(cpuArchitectureLevel({ ...cpu, flags: new Set(flags.split(' ')) })).toBe(level)
  })
})

test('this node can be described', async () => {
  const facts = await readNodeFacts({})
  expect(facts).toMatchObject({ node: hostname(), batchType: '', batchId: '' })
  expect(facts.memoryMB).toBeGreaterThan(100)
  expect(facts.cores).toBeGreaterThanOrEqual(1)
  expect(facts.cpuConsumptionUnit).toMatch(/^s\+.+-Sockets?/)
})

test('a job ad that cannot be read is none', async () => {
  const jobAd = join(await temporaryDirectory(), 'job.ad')
  expect(await readNodeFacts({ _CONDOR_JOB_AD: jobAd })).toMatchObject({ batchType: '' })
  await writeFile(jobAd, 'GlobalJobId = "schedd#1.0#2"\n')
  expect(await readNodeFacts({ _CONDOR_JOB_AD: jobAd })).toMatchObject({ batchType: 'Condor', batchId: 'schedd#1.0#2' })
})

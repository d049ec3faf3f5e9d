import { describe, expect, it } from 'vitest'
import type { WorkerGpuMap, WorkerNodeMap } from '../../src/server/worker-port.ts'
import { standinWorld } from './standin-world.ts'

const node: WorkerNodeMap = {
  site: 'TESTBED',
  hostName: 'slot1@wn1.testbed',
  cpuModel: 'AMD EPYC',
  queue: 'TESTBED_QUEUE',
  logicalCpus: 64,
  sockets: 2,
  coresPerSocket: 16,
  threadsPerCore: 2,
  cpuArchitecture: 'x86_64',
  cpuArchitectureLevel: 'x86_64-v3',
  clockSpeed: 2200,
  totalMemory: 257_000.7,
  totalLocalDisk: undefined,
}

const gpu: WorkerGpuMap = {
  site: 'TESTBED',
  hostName: 'wn1.testbed',
  vendor: 'NVIDIA',
  model: 'H200',
  count: 4,
  vram: 143_771,
  architecture: 'Hopper',
  framework: 'CUDA',
  frameworkVersion: '13.0',
  driverVersion: '580.95.05-a-very-long-version',
}

describe('maps of worker nodes', () => {
  it('a node is told with a whole clock speed as a float and a fraction of memory as an int', async () => {
    const { panda, server } = await standinWorld('v1')
    expect(await server.workerNode(node)).toEqual({ kind: 'done', value: null })
    expect([...panda.workerNodes.values()][0]?.fields).toMatchObject({
      host_name: 'wn1.testbed',
      clock_speed: 2200,
      total_memory: 257_000,
    })
  })

  it('a GPU is told, its versions cut to their columns', async () => {
    const { panda, server } = await standinWorld('v1')
    expect(await server.workerGpu(gpu)).toEqual({ kind: 'done', value: null })
    expect([...panda.gpus.values()][0]?.fields).toMatchObject({ count: 4, driver_version: '580.95.05-a-very-lon' })
  })

  it('a legacy server has neither, and is not asked', async () => {
    const { server, calls } = await standinWorld('legacy')
    expect(await server.workerNode(node)).toMatchObject({ kind: 'refused', text: expect.stringContaining('legacy') })
    expect(await server.workerGpu(gpu)).toMatchObject({ kind: 'refused', text: expect.stringContaining('legacy') })
    expect(calls).toEqual([])
  })
})

describe.each(['v1', 'legacy'] as const)('in the %s dialect', (dialect) => {
  it('resource types come with their limits; an open one is undefined', async () => {
    const { server } = await standinWorld(dialect)
    const answer = await server.resourceTypes()
    expect(answer).toMatchObject({ kind: 'done' })
    expect(answer.kind === 'done' && answer.value[1]).toEqual({
      name: 'SCORE',
      minCores: 1,
      maxCores: 1,
      minRamPerCore: undefined,
      maxRamPerCore: 2000,
    })
  })

  it('half an answer is none', async () => {
    const { server, faults } = await standinWorld(dialect)
    faults.push({ kind: 'half' })
    expect(await server.resourceTypes()).toMatchObject({ kind: 'unknown' })
  })
})

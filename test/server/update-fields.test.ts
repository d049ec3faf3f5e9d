import { describe, expect, it } from 'vitest'
import { updateFields } from '../../src/server/update-fields.ts'
import { failed, finished, identity, running, starting } from './examples.ts'

const bytes = (value: unknown) => Buffer.byteLength(String(value))

describe('the fields of an update', () => {
  it('starting: who, where and since when, and nothing of an end', () => {
    const { startTime, endTime, pilotErrorCode, outputReport, cpuTime } = updateFields(identity, starting(1), 'all')
    expect(startTime).toBe('2026-11-22 23:25:03')
    expect([endTime, pilotErrorCode, outputReport, cpuTime]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('running: memory and CPU as whole numbers, metrics in the order of the server’s readers', () => {
    const fields = updateFields(identity, running(1), 'all')
    expect(fields).toMatchObject({
      cpuTime: 12,
      cpuConversionFactor: 1,
      meanCoreCount: 7.62,
      maxRss: 123_456,
      maxSwap: 0,
    })
    expect(fields.jobMetrics).toBe('actualCoreCount=7.62 nEvents=10 leak=0.41 chi2=0.02')
  })

  it('finished: report, job report, error codes 0', () => {
    const fields = updateFields(identity, finished(1), 'all')
    expect(fields).toMatchObject({
      endTime: '2026-11-22 23:26:03',
      metaData: '{"files":{"output":[]}}',
      pilotTiming: '0|1|5|1|1|0',
      pilotErrorCode: 0,
      exeErrorCode: 0,
      transExitCode: 0,
      pilotLog: undefined,
    })
    expect(fields.jobMetrics).toContain('workDirSize=2147483648')
    expect(JSON.parse(String(fields.outputReport))).toEqual({
      'AOD.1.pool.root': {
        guid: 'AAAAAAAA-1111-2222-3333-444444444444',
        fsize: 6,
        adler32: '084b021f',
        surl: 'root://localhost:1094//data/AOD.1.pool.root',
        endpoint: 'TESTBED_DATADISK',
      },
      'log.1.tgz': {
        guid: 'b3360435-696c-402b-bed5-93d5313c4999',
        fsize: 123,
        adler32: '0a1b2c3d',
        surl: 'root://localhost:1094//data/log.1.tgz',
      },
    })
  })

  it('failed: errors and the pilot’s log, but no metadata, which the server would keep for ever', () => {
    expect(updateFields(identity, failed(1), 'all')).toMatchObject({
      pilotErrorCode: 1305,
      exeErrorCode: 139,
      transExitCode: 139,
      exeErrorDiag: 'core dumped',
      pilotLog: 'last lines',
      metaData: undefined,
    })
  })

  it('a finished job without outputs still has a readable report; a failed one none', () => {
    const nothing = { stored: [] as const }
    const ended = finished(1)
    const broken = failed(1)
    if (ended.final === undefined || broken.final === undefined) throw new Error('both are final')
    expect(updateFields(identity, { ...ended, final: { ...ended.final, ...nothing } }, 'all').outputReport).toBe('{}')
    expect(
      updateFields(identity, { ...broken, final: { ...broken.final, ...nothing } }, 'all').outputReport,
    ).toBeUndefined()
  })

  it('no text is longer than its column, counted in bytes', () => {
    const long = '€'.repeat(5000)
    const update = failed(1)
    if (update.final === undefined) throw new Error('it is final')
    const error = { code: 1305, text: long }
    const final = { ...update.final, pilotError: error, payloadError: error, pilotLog: long, pilotTiming: long }
    const who = {
      ...identity,
      node: long,
      schedulerId: long,
      pilotId: long,
      batchId: long,
      cpuConsumptionUnit: long,
      cpuArchitectureLevel: long,
    }
    const fields = updateFields(who, { ...update, final, metrics: { a: 1, b: long } }, 'all')
    const limits = {
      node: 128,
      schedulerId: 128,
      pilotId: 200,
      batchId: 80,
      cpuConsumptionUnit: 128,
      cpuArchitectureLevel: 20,
      pilotTiming: 100,
      pilotLog: 1024,
      pilotErrorDiag: 500,
      exeErrorDiag: 500,
      jobMetrics: 500,
    } as const
    for (const [name, limit] of Object.entries(limits)) {
      const size = bytes(fields[name as keyof typeof limits])
      expect(size, name).toBeLessThanOrEqual(limit)
      if (name !== 'jobMetrics') expect(size, name).toBeGreaterThan(limit - 3)
    }
  })

  it('numbers that do not fit their columns are left out, not sent to refuse the whole update', () => {
    const update = running(1)
    const memory = { ...update.use?.memory, maxRss: 1e10 } as never
    const fields = updateFields(
      identity,
      {
        ...update,
        coreCount: 1e6,
        nEvents: 1e10,
        use: { cpuTime: 2e9, meanCores: Number.NaN, memory, workDirSize: undefined },
      },
      'all',
    )
    expect(fields).toMatchObject({
      coreCount: undefined,
      nEvents: undefined,
      cpuTime: undefined,
      cpuConversionFactor: undefined,
      meanCoreCount: undefined,
      maxRss: undefined,
    })
  })

  it('the essential ones are what decides about the job', () => {
    expect(Object.keys(updateFields(identity, finished(1), 'essential')).sort()).toEqual([
      'attemptNr',
      'batchId',
      'endTime',
      'exeErrorCode',
      'jobId',
      'nEvents',
      'outputReport',
      'pilotErrorCode',
      'startTime',
      'state',
      'transExitCode',
    ])
  })
})

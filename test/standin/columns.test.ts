import { describe, expect, it } from 'vitest'
import { fitColumns, storeFields } from '../../src/standin/model/columns.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { jobIn } from './fixtures.ts'

describe('columns', () => {
  it.each([
    ['modificationHost', 128],
    ['pilotID', 200],
    ['batchID', 80],
    ['jobMetrics', 500],
    ['pilotErrorDiag', 500],
    ['exeErrorDiag', 500],
    ['cpu_architecture_level', 20],
    ['jobSubStatus', 80],
    ['sourceSite', 36],
  ])('%s is cut to %d characters', (column, length) => {
    expect(fitColumns({ [column]: 'x'.repeat(length + 1) })).toEqual({
      kind: 'fit',
      fields: { [column]: 'x'.repeat(length) },
    })
  })

  it.each([
    ['schedulerID', 128],
    ['pilotTiming', 100],
    ['cpuConsumptionUnit', 128],
  ])('%s of more than %d bytes overflows', (column, bytes) => {
    expect(fitColumns({ [column]: 'ä'.repeat(bytes / 2) }).kind).toBe('fit')
    expect(fitColumns({ [column]: `${'ä'.repeat(bytes / 2)}x` })).toEqual({ kind: 'overflow', column })
  })

  it.each([
    ['actualCoreCount', 999_999],
    ['pilotErrorCode', 9_999_999],
    ['pilotErrorCode', -9_999_999],
    ['maxRSS', 9_999_999_999],
    ['meanCoreCount', 999_999.99],
  ])('%s holds %d and no more digits', (column, most) => {
    expect(fitColumns({ [column]: most }).kind).toBe('fit')
    expect(fitColumns({ [column]: most * 10 }).kind).toBe('overflow')
  })

  it('an impossible CPU time is dropped, the rest is kept', () => {
    expect(fitColumns({ cpuConsumptionTime: 1e9 + 1, nEvents: 1 })).toEqual({ kind: 'fit', fields: { nEvents: 1 } })
  })
})

it('the memory leak is read out of the metrics', () => {
  const job = jobIn(createPanda(), 'running')
  storeFields(job, { jobMetrics: 'nEvents=10 leak=1.2 chi2=0.5 leak=x' })
  expect(job.fields).toMatchObject({ memory_leak: 1.2, memory_leak_x2: 0.5 })
})

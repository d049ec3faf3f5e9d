import { describe, expect, test } from 'vitest'
import { parseDefinition } from '../../src/job/definition.ts'
import { recordings, withoutRecordings } from '../server/recordings.ts'

/** The jobs in the recorded answers of a real server that end in JSON. */
function recordedJobs(folder: string): { readonly name: string; readonly raw: Record<string, unknown> }[] {
  return recordings(folder).flatMap(({ name, reply }) => {
    if (reply.kind !== 'answer') return []
    return jobsIn(readJson(reply.body.toString('utf8'))).map((raw) => ({ name, raw }))
  })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function jobsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  return 'PandaID' in value && 'inFiles' in value ? [{ ...value }] : Object.values(value).flatMap(jobsIn)
}

describe.skipIf(withoutRecordings !== undefined)(`jobs a real server handed over ${withoutRecordings ?? ''}`, () => {
  test.each([
    ['legacy-0.8.1', 'legacy-0.8.1/012-getJob-json', 10],
    ['v1-1.0.3', 'v1-1.0.3/121-acquire', 16],
  ])('%s: the recorded job is understood to the last field', (folder, recording, pandaId) => {
    const raw = recordedJobs(folder).find(({ name }) => name === recording)?.raw
    const parsed = parseDefinition(raw)
    if (parsed.kind !== 'job') throw new Error(parsed.problems.map(({ text }) => text).join('; '))
    const { job, warnings } = parsed
    expect(warnings).toEqual([])
    expect(job).toMatchObject({
      pandaId,
      attemptNr: 1,
      taskId: 7,
      prodSourceLabel: 'managed',
      transformation: 'http://localhost/trf/user/runGen-00-00-02',
      prodUserId: 'Grid Pilot Robot',
      swRelease: 'Atlas-25.0.1',
      coreCount: 1,
      minRamCount: 2000,
      maxDiskCount: 500,
      maxCpuCount: 3600,
      maxWalltime: 3600,
      transferType: undefined,
      destinationSe: 'TESTBED_DATADISK',
      loopingCheck: true,
      debug: false,
      secrets: [],
    })
    expect(job.inputs).toEqual([
      {
        lfn: 'input.0001.root',
        guid: raw?.GUID,
        scope: 'test',
        dataset: 'test:test.input',
        rse: 'TESTBED_DATADISK',
        size: 1_048_576,
        checksum: { algorithm: 'adler32', value: '01234567' },
        storageToken: undefined,
      },
    ])
    expect(job.outputs.map(({ lfn }) => `${lfn}`)).toEqual([`${raw?.jobName}.evgen.pool.root`])
    expect(job.log).toMatchObject({ lfn: raw?.logFile, guid: raw?.logGUID, scope: 'test', rse: 'TESTBED_DATADISK' })
  })

  test.each(['legacy-0.8.1', 'v1-1.0.3', 'token-1.0.3'])('%s: every recorded job is accepted', (folder) => {
    const jobs = recordedJobs(folder)
    const refused = jobs.filter(({ raw }) => parseDefinition(raw).kind === 'refused').map(({ name }) => name)
    expect(jobs.length).toBeGreaterThan(0)
    expect(refused).toEqual([])
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readJobFiles } from '../../src/standin/job-files.ts'
import { completeJob } from '../../src/standin/trial-job.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'standin-jobs-'))
})
afterEach(() => rm(directory, { recursive: true }))

const put = (name: string, content: unknown) =>
  writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
const job = { transformation: 'run.sh' }

describe('the directory of job definitions', () => {
  it('may hold single jobs, lists and the form of Harvester', async () => {
    await put('a.json', job)
    await put('b.json', [{ ...job, PandaID: 7 }, job])
    await put('c.json', { '8': job, '9': job })
    await put('notes.txt', 'not read')
    const read = await readJobFiles(directory)
    expect(read.kind === 'jobs' && read.jobs.map(({ PandaID }) => PandaID)).toEqual([1001, 7, 1002, 8, 9])
  })

  it.each([
    ['no JSON', '{"transformation":', /a\.json is not JSON/],
    ['no job', '"text"', /a\.json: expected a job/],
    ['a job without transformation', { jobPars: 'x' }, /a\.json: job 1001: it has no "transformation"/],
    ['a PandaID that is none', { ...job, PandaID: 'x' }, /PandaID "x" is not a positive whole number/],
    [
      'two jobs of one PandaID',
      [
        { ...job, PandaID: 1 },
        { ...job, PandaID: 1 },
      ],
      /PandaID 1 is in .*a\.json too/,
    ],
    [
      'lists of different length',
      { ...job, outFiles: 'a,b,c', ddmEndPointOut: 'X,Y' },
      /"ddmEndPointOut" is not as long/,
    ],
  ])('with %s is refused, naming the file', async (_, content, text) => {
    await put('a.json', content)
    expect(await readJobFiles(directory)).toEqual({ kind: 'refused', text: expect.stringMatching(text) })
  })

  it('that is empty or absent is refused', async () => {
    expect(await readJobFiles(directory)).toMatchObject({ kind: 'refused' })
    expect(await readJobFiles(join(directory, 'none'))).toMatchObject({ kind: 'refused' })
  })
})

describe('a trial job made whole', () => {
  const made = (raw: object) => {
    const read = completeJob({ ...job, ...raw }, 5, 'GUID')
    if (read.kind === 'refused') throw new Error(read.text)
    return read.definition
  }

  it('may give one value for all its files', () => {
    expect(made({ outFiles: 'a,b', destinationDblock: 'set' })).toMatchObject({ destinationDblock: 'set,set,set' })
  })

  it('gets a log, which its lists cover', () => {
    expect(made({ outFiles: 'a,b', ddmEndPointOut: 'X,Y' })).toMatchObject({
      PandaID: 5,
      outFiles: 'a,b,trial.5.job.log.tgz',
      ddmEndPointOut: 'X,Y,Y',
      realDatasets: expect.stringMatching(/^[^,]+,[^,]+,[^,]+$/),
      scopeOut: 'trial,trial',
      logFile: 'trial.5.job.log.tgz',
      logGUID: 'GUID',
    })
  })

  it('keeps what was written, lists in either form', () => {
    const written = { inFiles: ['x', 'y'], fsize: [1, 2], outFiles: 'o,l', logFile: 'l', scopeOut: 's', coreCount: 8 }
    expect(made(written)).toMatchObject({
      inFiles: 'x,y',
      fsize: '1,2',
      GUID: 'NULL,NULL',
      outFiles: 'o,l',
      coreCount: 8,
    })
  })

  it('that wants no log gets none', () => {
    expect(made({ outFiles: 'o', logFile: '' })).toMatchObject({
      outFiles: 'o',
      logFile: '',
      ddmEndPointOut: 'TRIAL_DATADISK',
    })
  })
})

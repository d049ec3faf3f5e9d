import { describe, expect, it } from 'vitest'
import { runAdder } from '../../src/standin/model/adder.ts'
import { killJob } from '../../src/standin/model/commands.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { type JobUpdate, updateJob } from '../../src/standin/model/update.ts'
import { anUpdate, jobIn, reportOf, start } from './fixtures.ts'

/** Lets a running job report a final and the Adder work it off. */
function settle(
  state: 'finished' | 'failed',
  update: Partial<JobUpdate>,
  job: { changes?: object; experiment?: 'atlas' } = {},
) {
  const panda = createPanda(job.experiment === undefined ? {} : { experiment: job.experiment })
  const made = jobIn(panda, 'running', job.changes)
  updateJob(panda, start, anUpdate(state, update))
  runAdder(panda, start)
  return made
}

const whole = reportOf('out.root', 'job.log.tgz')

describe('a finished job', () => {
  it('with every output and its log is finished, and the files are stored as reported', () => {
    const job = settle('finished', { report: whole })
    expect(job.outcome).toBe('finished')
    expect(job.archived).toBe(true)
    expect(job.files.get('out.root')).toEqual({
      type: 'output',
      status: 'ready',
      GUID: 'G-out.root',
      fsize: 6,
      checksum: 'ad:084b021f',
      endpoint: null,
    })
    expect(job.files.get('in.root')).toMatchObject({ type: 'input', status: 'ready', GUID: 'G-IN', fsize: 5 })
  })

  it.each([
    ['an output', reportOf('job.log.tgz'), 'expected output out.root is missing in pilot JSON'],
    ['the log', reportOf('out.root'), 'expected output job.log.tgz is missing in pilot JSON'],
    ['any report', '', 'Could not get GUID/LFN/MD5/FSIZE/SURL from pilot JSON'],
  ])('without %s fails with 200', (_, report, text) => {
    const job = settle('finished', { report })
    expect(job.outcome).toBe('failed')
    expect(job.errors).toMatchObject({ ddmErrorCode: 200, ddmErrorDiag: text })
  })

  it.each([
    ['is no JSON', 'out.root=6'],
    ['is a list', '[]'],
    ['has an entry without guid', '{"out.root":{"fsize":6,"adler32":"1"}}'],
    ['has an output without size', '{"out.root":{"guid":"G","adler32":"1"}}'],
    ['has a size that is no number', '{"out.root":{"guid":"G","fsize":"six","adler32":"1"}}'],
    ['has an output without checksum', '{"out.root":{"guid":"G","fsize":6}}'],
    ['has an md5sum that is none', '{"out.root":{"guid":"G","fsize":6,"md5sum":"084b021f"}}'],
  ])('whose report %s fails with 200', (_, report) => {
    expect(settle('finished', { report }).errors.ddmErrorCode).toBe(200)
  })

  it('may bring an md5sum of 32 digits', () => {
    const md5sum = '0123456789abcdefABCDEF0123456789'
    const report = JSON.stringify({ ...JSON.parse(whole), 'out.root': { guid: 'G', fsize: 6, md5sum } })
    expect(settle('finished', { report }).files.get('out.root')?.checksum).toBe(`md5:${md5sum}`)
  })

  it('that brings a file nobody asked for fails', () => {
    const job = settle('finished', { report: reportOf('out.root', 'job.log.tgz', 'other.root') })
    expect(job.errors.ddmErrorDiag).toBe('pilot produced other.root inconsistently with jobdef')
  })

  it.each(['out.root_1', 'out.root._12'])('may bring %s beside out.root', (extra) => {
    const job = settle('finished', { report: reportOf('out.root', 'job.log.tgz', extra) })
    expect(job.outcome).toBe('finished')
    expect(job.files.get(extra)?.status).toBe('ready')
  })

  it('may bring whatever its regex output matches', () => {
    const changes = { outFiles: 'regex|^hist.*root$,job.log.tgz' }
    expect(settle('finished', { report: reportOf('hist.7.root', 'job.log.tgz') }, { changes }).outcome).toBe('finished')
    expect(settle('finished', { report: reportOf('other.root', 'job.log.tgz') }, { changes }).outcome).toBe('failed')
  })

  it('may leave out what allowNoOutput names', () => {
    const job = settle('finished', { report: reportOf('job.log.tgz') }, { changes: { allowNoOutput: 'out.root' } })
    expect(job.outcome).toBe('finished')
    expect(job.files.get('out.root')?.status).toBe('nooutput')
  })

  it('of the event service may leave out its outputs', () => {
    const job = settle('finished', { report: reportOf('job.log.tgz') }, { changes: { eventService: 'True' } })
    expect(job.outcome).toBe('finished')
  })

  it.each([
    ['user', 'skipped'],
    ['managed', 'failed'],
  ])('of label %s that lists an input says that it was %s', (prodSourceLabel, status) => {
    const report = JSON.stringify({ ...JSON.parse(whole), 'in.root': { guid: 'G-IN' } })
    expect(settle('finished', { report }, { changes: { prodSourceLabel } }).files.get('in.root')?.status).toBe(status)
  })
})

describe('a failed job', () => {
  it('needs its log alone', () => {
    const job = settle('failed', { report: reportOf('job.log.tgz'), fields: { pilotErrorCode: 1305 } })
    expect(job.outcome).toBe('failed')
    expect(job.errors.ddmErrorCode).toBeUndefined()
    expect(job.files.get('out.root')?.status).toBe('failed')
  })

  it.each([
    ['pilotErrorCode', 1305],
    ['transExitCode', 139],
  ])('without a report keeps its own error when %s says one', (field, code) => {
    const job = settle('failed', { fields: { [field]: code } })
    expect(job.outcome).toBe('failed')
    expect(job.errors.ddmErrorCode).toBeUndefined()
  })

  it('without a report and without an error of its own is the Adder’s: 200', () => {
    expect(settle('failed', {}).errors.ddmErrorCode).toBe(200)
  })

  it('that was to be killed is cancelled', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    killJob(panda, start, 10)
    updateJob(panda, start, anUpdate('failed', { report: reportOf('job.log.tgz') }))
    runAdder(panda, start)
    expect(job.outcome).toBe('cancelled')
  })
})

it('a final with pilot_closed closes the job', () => {
  expect(settle('failed', { fields: { jobSubStatus: 'pilot_closed' } }).outcome).toBe('closed')
})

it('a final that named no attempt is not worked off: the job stays holding', () => {
  expect(settle('finished', { attemptNr: null, report: whole })).toMatchObject({ outcome: null, state: 'holding' })
})

it('a killed job that finishes all the same is finished', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  killJob(panda, start, 10)
  updateJob(panda, start, anUpdate('finished', { report: whole }))
  runAdder(panda, start)
  expect(job.outcome).toBe('finished')
})

describe('ATLAS production', () => {
  const atlas = { experiment: 'atlas' as const }
  const jobReport = (sub: object) =>
    JSON.stringify({ files: { output: [{ subFiles: [{ name: 'out.root', ...sub }] }] } })

  it.each([
    [
      'events and GUID agree',
      { report: whole, metadata: jobReport({ nentries: 5, file_guid: 'G-out.root' }) },
      undefined,
    ],
    ['there is no job report but the pilot counted', { report: whole, fields: { nEvents: 5 } }, undefined],
    ['nothing counts the events', { report: whole }, 204],
    ['the job report does not count them', { report: whole, metadata: jobReport({ file_guid: 'G-out.root' }) }, 204],
    ['the GUID differs', { report: whole, metadata: jobReport({ nentries: 5, file_guid: 'other' }) }, 205],
  ])('when %s', (_, update, code) => {
    expect(settle('finished', update, atlas).errors.ddmErrorCode).toBe(code)
  })

  it('histograms need no events', () => {
    const metadata = JSON.stringify({
      files: { output: [{ subFiles: [{ name: 'HIST.root', file_guid: 'G-HIST.root' }] }] },
    })
    const update = { report: reportOf('HIST.root', 'job.log.tgz'), metadata }
    expect(settle('finished', update, { ...atlas, changes: { outFiles: 'HIST.root,job.log.tgz' } }).outcome).toBe(
      'finished',
    )
  })
})

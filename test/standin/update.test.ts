import { describe, expect, it } from 'vitest'
import { killJob, setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import type { JobState } from '../../src/standin/model/job.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { type ReportedState, updateJob } from '../../src/standin/model/update.ts'
import { anUpdate, jobIn, start } from './fixtures.ts'

const later = start + 60_000
const column = '2026-11-22 12:01:00'

describe('the decision table of an update, row by row', () => {
  const byPilot = 'set to holding by the pilot at 2026-11-22 11:00:00'
  const rows: [found: JobState, note: string | null, sent: ReportedState, command: string, after: JobState][] = [
    ['failed', null, 'holding', 'alreadydone', 'failed'],
    ['failed', null, 'transferring', 'alreadydone', 'failed'],
    ['failed', null, 'starting', 'alreadydone', 'failed'],
    ['failed', null, 'running', 'alreadydone', 'failed'],
    ['transferring', null, 'holding', 'alreadydone', 'transferring'],
    ['transferring', null, 'finished', 'alreadydone', 'transferring'],
    ['transferring', byPilot, 'finished', 'NULL', 'holding'],
    ['holding', byPilot, 'holding', 'NULL', 'holding'],
    ['holding', null, 'finished', 'alreadydone', 'holding'],
    ['holding', null, 'failed', 'alreadydone', 'holding'],
    ['holding', byPilot, 'finished', 'NULL', 'holding'],
    ['holding', byPilot, 'transferring', 'NULL', 'holding'],
    ['merging', null, 'finished', 'NULL', 'merging'],
    ['merging', null, 'running', 'NULL', 'merging'],
    ['holding', null, 'running', 'NULL', 'holding'],
    ['holding', null, 'starting', 'NULL', 'holding'],
    ['transferring', byPilot, 'running', 'NULL', 'transferring'],
    ['transferring', byPilot, 'starting', 'NULL', 'transferring'],
    ['running', null, 'starting', 'NULL', 'running'],
    ['sent', null, 'starting', 'NULL', 'starting'],
    ['sent', null, 'running', 'NULL', 'running'],
    ['starting', null, 'running', 'NULL', 'running'],
    ['running', null, 'holding', 'NULL', 'holding'],
    ['running', null, 'transferring', 'NULL', 'transferring'],
    ['running', null, 'finished', 'NULL', 'holding'],
    ['starting', null, 'failed', 'NULL', 'holding'],
  ]

  it.each(rows)('%s (%s), told %s: %s, is %s', (found, note, sent, command, after) => {
    const panda = createPanda()
    const job = jobIn(panda, found)
    job.dispatcherText = note
    const answer = updateJob(panda, later, anUpdate(sent))
    expect(answer).toEqual({ kind: 'command', command, pilotSecrets: null })
    expect(job.state).toBe(after)
  })

  it.each([
    ['a job nobody knows', { PandaID: 999 }],
    ['another attempt', { attemptNr: 2 }],
  ])('%s is answered tobekilled and nothing changes', (_, changes) => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    expect(updateJob(panda, later, anUpdate('running', changes))).toMatchObject({ command: 'tobekilled' })
    expect(job).toMatchObject({ state: 'running', changedAt: start })
  })

  it('an archived job is answered tobekilled', () => {
    const panda = createPanda()
    jobIn(panda, 'sent')
    killJob(panda, start, 10)
    expect(updateJob(panda, later, anUpdate('running'))).toMatchObject({ command: 'tobekilled' })
  })

  it('an update without attempt number is for whatever attempt there is', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'sent', { attemptNr: 3 })
    expect(updateJob(panda, later, anUpdate('running', { attemptNr: null }))).toMatchObject({ command: 'NULL' })
    expect(job.state).toBe('running')
  })
})

describe('the batch id', () => {
  const sendBatch = (first: string, second: string) => {
    const panda = createPanda()
    const job = jobIn(panda, 'sent')
    updateJob(panda, later, anUpdate('running', { fields: { batchID: first } }))
    return { job, answer: updateJob(panda, later, anUpdate('running', { fields: { batchID: second } })) }
  }

  it('that changes means that another batch job took this one: tobekilled', () => {
    const { job, answer } = sendBatch('slurm_1', 'slurm_2')
    expect(answer).toMatchObject({ command: 'tobekilled' })
    expect(job.errors.supErrorCode).toBe(1)
    expect(job.fields.batchID).toBe('slurm_1')
  })

  it.each([
    ['the same', 'slurm_1', 'slurm_1'],
    ['purely numeric before', '1', 'slurm_2'],
    ['purely numeric now', 'slurm_1', '2'],
  ])('may stay or change when it is %s', (_, first, second) => {
    expect(sendBatch(first, second).answer).toMatchObject({ command: 'NULL' })
  })
})

describe('what an update stores', () => {
  it('start and end times are filled in where the pilot sent none', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'starting')
    updateJob(panda, later, anUpdate('running'))
    expect(job.startTime).toBe(column)
    updateJob(panda, later, anUpdate('finished'))
    expect(job.endTime).toBe(column)
  })

  it('the pilot may hold a job, and a final after that takes the note away', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    updateJob(panda, later, anUpdate('holding'))
    expect(job.dispatcherText).toBe(`set to holding by the pilot at ${column}`)
    updateJob(panda, later, anUpdate('finished'))
    expect(job.dispatcherText).toBeNull()
  })

  it('the first metadata wins, and that of a failed job is never stored', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    updateJob(panda, later, anUpdate('failed', { PandaID: 10, attemptNr: 9, metadata: 'of a failed one' }))
    updateJob(panda, later, anUpdate('running', { metadata: 'first' }))
    updateJob(panda, later, anUpdate('finished', { metadata: 'second' }))
    expect(job.metadata).toBe('first')
  })

  it('metadata of an unknown job ends the call before anything else', () => {
    expect(updateJob(createPanda(), later, anUpdate('running', { metadata: 'x' }))).toEqual({
      kind: 'metadata refused',
    })
  })

  it('a value too long for its column fails the whole update', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'sent')
    const answer = updateJob(
      panda,
      later,
      anUpdate('running', { fields: { pilotTiming: 'x'.repeat(101), nEvents: 5 } }),
    )
    expect(answer).toEqual({ kind: 'database error' })
    expect(job).toMatchObject({ state: 'sent', fields: {} })
    expect(panda.reports).toEqual([])
  })

  it('stdout over 2048 bytes is not stored and does no harm', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    updateJob(panda, later, anUpdate('running', { stdout: 'ä'.repeat(1025) }))
    expect(job.stdout).toBeNull()
    updateJob(panda, later, anUpdate('running', { stdout: 'ä'.repeat(1024) }))
    expect(job.stdout).toHaveLength(1024)
  })
})

describe('the back-channel', () => {
  it('carries debug and the stored command together, with the pilot secrets', () => {
    const panda = createPanda()
    jobIn(panda, 'running')
    setDebug(panda, later, 10, true)
    setCommand(panda, later, 10, 'tail payload.stdout')
    expect(updateJob(panda, later, anUpdate('running'))).toEqual({
      kind: 'command',
      command: 'debug,tail payload.stdout',
      pilotSecrets: '{}',
    })
  })

  it('repeats a command until another takes its place', () => {
    const panda = createPanda()
    jobIn(panda, 'running')
    setCommand(panda, later, 10, 'softkill')
    for (const _ of [1, 2]) expect(updateJob(panda, later, anUpdate('running'))).toMatchObject({ command: 'softkill' })
  })

  it('tells the loser of a runonce race to stop', () => {
    const panda = createPanda()
    const clone = { cloneJob: 'runonce', jobsetID: 5 }
    jobIn(panda, 'sent', clone)
    jobIn(panda, 'sent', { ...clone, PandaID: 11 })
    expect(updateJob(panda, later, anUpdate('running'))).toMatchObject({ command: 'NULL' })
    expect(updateJob(panda, later, anUpdate('running', { PandaID: 11 }))).toMatchObject({ command: 'tobekilled' })
    expect(updateJob(panda, later, anUpdate('running'))).toMatchObject({ command: 'NULL' })
  })
})

it('every update leaves one event, with what was asked, what it did and what was answered', () => {
  const panda = createPanda()
  jobIn(panda, 'sent')
  updateJob(panda, later, anUpdate('running'))
  updateJob(panda, later, anUpdate('running', { PandaID: 99 }))
  expect(historyOf(panda, 10)).toEqual([
    { at: later, call: 'update', PandaID: 10, asked: 'running', before: 'sent', after: 'running', answer: 'NULL' },
  ])
  expect(historyOf(panda, 99)).toMatchObject([{ before: null, after: null, answer: 'tobekilled' }])
})

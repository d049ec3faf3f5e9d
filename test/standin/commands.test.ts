import { describe, expect, it } from 'vitest'
import { killJob, setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { jobStatus } from '../../src/standin/model/status.ts'
import { jobIn, start } from './fixtures.ts'

describe('set_command', () => {
  it('stores a command for an active job', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    expect(setCommand(panda, start, 10, 'softkill')).toEqual({ accepted: true, text: 'command received' })
    expect(job.command).toBe('softkill')
  })

  it('knows no command after tobekilled', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'running')
    setCommand(panda, start, 10, 'tobekilled')
    expect(setCommand(panda, start, 10, 'softkill')).toEqual({ accepted: false, text: 'job is being killed' })
    expect(job.command).toBe('tobekilled')
  })

  it('refuses what is longer than 250 characters, and jobs that are not active', () => {
    const panda = createPanda()
    jobIn(panda, 'sent')
    expect(setCommand(panda, start, 10, 'x'.repeat(250)).accepted).toBe(true)
    expect(setCommand(panda, start, 10, 'x'.repeat(251)).accepted).toBe(false)
    killJob(panda, start, 10)
    expect(setCommand(panda, start, 10, 'x').text).toBe('no active job with PandaID=10')
  })
})

it('debug mode tells whether it changed anything', () => {
  const panda = createPanda()
  jobIn(panda, 'running')
  expect(setDebug(panda, start, 10, true).kind).toBe('changed')
  expect(setDebug(panda, start, 10, true).kind).toBe('already')
  expect(setDebug(panda, start, 11, true).kind).toBe('unknown')
})

it.each(['activated', 'sent', 'starting'] as const)('a kill ends a job that is %s at once', (state) => {
  const panda = createPanda()
  const job = jobIn(panda, state)
  killJob(panda, start, 10)
  expect(job).toMatchObject({ outcome: 'cancelled', archived: true })
})

it('a kill of a running job only leaves it the command', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  killJob(panda, start, 10)
  expect(job).toMatchObject({ state: 'running', outcome: null, command: 'tobekilled' })
})

it('the status of an archived job is seen for one hour', () => {
  const panda = createPanda()
  jobIn(panda, 'sent')
  killJob(panda, start, 10)
  expect(jobStatus(panda, start + 3_600_000, 10)).toEqual({ command: 'NULL', status: 'cancelled' })
  expect(jobStatus(panda, start + 3_600_001, 10)).toEqual({ command: 'tobekilled', status: 'unknown' })
})

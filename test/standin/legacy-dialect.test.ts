import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { DialectAnswer } from '../../src/standin/dialect.ts'
import { readLegacy } from '../../src/standin/legacy/dialect.ts'
import type { Caller } from '../../src/standin/model/caller.ts'
import { setDebug } from '../../src/standin/model/commands.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { jobIn, robot, start, stranger } from './fixtures.ts'

interface Sent {
  readonly body: string | Uint8Array
  readonly contentType?: string
  readonly accept?: string
  readonly caller?: Caller
}

function ask(panda: ReturnType<typeof createPanda>, method: string, sent: Sent): DialectAnswer {
  const reading = readLegacy({
    verb: 'POST',
    path: `/server/panda/${method}`,
    query: '',
    contentType: sent.contentType ?? 'application/x-www-form-urlencoded',
    contentEncoding: null,
    accept: sent.accept ?? null,
    body: Buffer.from(sent.body),
    caller: sent.caller ?? robot,
  })
  return reading.kind === 'answered' ? reading.answer : reading.call.perform(panda, start)
}

const json = (value: unknown): Sent => ({ contentType: 'application/json', body: gzipSync(JSON.stringify(value)) })

describe('a JSON body', () => {
  it('is gunzipped without any header that says so', () => {
    const panda = createPanda()
    const job = jobIn(panda, 'sent')
    const answer = ask(panda, 'updateJob', json({ jobId: '10', state: 'running', attemptNr: 1, maxRSS: 5 }))
    expect(answer).toEqual({ status: 200, contentType: 'text/plain', body: 'StatusCode=0&command=NULL' })
    expect(job.fields.maxRSS).toBe(5)
  })

  it('that is not gzip breaks the server', () => {
    const plain = { contentType: 'application/json', body: '{"jobId":10,"state":"running"}' }
    expect(ask(createPanda(), 'updateJob', plain)).toMatchObject({ status: 500, body: "Not a gzipped file (b'{\"')" })
  })

  it('with a charset in its label is not recognised: its parameters are missing', () => {
    const labelled = { ...json({ siteName: 'Q' }), contentType: 'application/json; charset=utf-8' }
    expect(ask(createPanda(), 'getJob', labelled).status).toBe(500)
  })

  it('has its true turned into the text True', () => {
    const panda = createPanda()
    jobIn(panda, 'activated')
    expect(ask(panda, 'getJob', json({ siteName: 'Q', prodSourceLabel: 'managed', background: true })).body).toBe(
      'StatusCode=20',
    )
    expect(ask(panda, 'getJob', json({ siteName: 'Q', prodSourceLabel: 'managed', background: false })).body).toMatch(
      /^StatusCode=0&/,
    )
  })

  it.each([
    ['pilotLog', null, "'NoneType' object is not subscriptable"],
    ['metaData', null, "'NoneType' object is not subscriptable"],
    ['stdout', null, "'NoneType' object is not subscriptable"],
    ['batchID', 12, "'int' object is not subscriptable"],
    ['pilotErrorDiag', 12, "'int' object is not subscriptable"],
    ['totRCHAR', '12.5', "invalid literal for int() with base 10: '12.5'"],
    ['jobId', 'ten', "invalid literal for int() with base 10: 'ten'"],
  ])('with %s %j breaks the server and changes nothing', (name, value, body) => {
    const panda = createPanda()
    const job = jobIn(panda, 'sent')
    const answer = ask(panda, 'updateJob', json({ jobId: 10, state: 'running', [name]: value }))
    expect(answer).toEqual({ status: 500, contentType: 'text/plain', body })
    expect(job.state).toBe('sent')
  })
})

it('a negative pilot error code loses its sign as text and keeps it as number', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  ask(panda, 'updateJob', { body: 'jobId=10&state=running&pilotErrorCode=-1137' })
  expect(job.fields.pilotErrorCode).toBe(1137)
  ask(panda, 'updateJob', json({ jobId: 10, state: 'running', pilotErrorCode: -1137 }))
  expect(job.fields.pilotErrorCode).toBe(-1137)
})

it('totals are stored in kB, rates as they come', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  ask(panda, 'updateJob', { body: 'jobId=10&state=running&totRCHAR=2048&rateRCHAR=2048.7' })
  expect(job.fields).toMatchObject({ totRCHAR: 2, rateRCHAR: 2048 })
})

it.each(['closed', 'cancelled', 'sent', 'nonsense'])('the state %s is ignored with code 0', (state) => {
  const panda = createPanda()
  jobIn(panda, 'running')
  expect(ask(panda, 'updateJob', { body: `jobId=10&state=${state}` }).body).toBe('StatusCode=0')
  expect(panda.history).toEqual([])
})

it('metadata that cannot be stored looks like success without a command', () => {
  const body = 'jobId=99&state=finished&metaData=x'
  expect(ask(createPanda(), 'updateJob', { body, accept: 'application/json' }).body).toBe('{"StatusCode": 0}')
})

it('a value beyond its column is code 30', () => {
  const panda = createPanda()
  jobIn(panda, 'running')
  const body = `jobId=10&state=running&pilotTiming=${'x'.repeat(101)}`
  expect(ask(panda, 'updateJob', { body }).body).toBe('StatusCode=30')
})

it('any Accept list that holds application/json gets JSON', () => {
  const sent = { body: 'siteName=Q', accept: 'text/html, application/json;q=0.9' }
  expect(ask(createPanda(), 'getJob', sent).contentType).toBe('application/json')
})

it('a bulk update ends at the first exception, and the jobs before it stay updated', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'sent')
  const jobList = JSON.stringify([{ jobId: 10, state: 'running' }, { state: 'running' }])
  const answer = ask(panda, 'updateJobsInBulk', {
    body: new URLSearchParams({ jobList, harvester_id: 'h' }).toString(),
  })
  expect(answer.body).toBe(`[false, "updateJobsInBulk h failed with KeyError 'jobId'"]`)
  expect(job.state).toBe('running')
})

it('a bulk answer to a JSON caller holds JSON text in JSON', () => {
  const panda = createPanda()
  jobIn(panda, 'sent')
  setDebug(panda, start, 10, true)
  const jobList = encodeURIComponent('[{"jobId": 10, "state": "running"}]')
  const answer = ask(panda, 'updateJobsInBulk', { body: `jobList=${jobList}`, accept: 'application/json' })
  expect(JSON.parse(JSON.parse(answer.body)[1][0].content)).toEqual({
    StatusCode: 0,
    command: 'debug',
    pilotSecrets: '{}',
  })
})

it('a worker state that is none and a caller without role get a sentence', () => {
  const body = 'site=S&workerID=1&harvesterID=h&status=resting'
  expect(ask(createPanda(), 'updateWorkerPilotStatus', { body }).body).toBe(
    "Invalid worker state. The worker state has to be in ('started', 'finished')",
  )
  expect(ask(createPanda(), 'updateWorkerPilotStatus', { body, caller: stranger }).body).toBe(
    'production or pilot role is required',
  )
})

it('commands and debug mode are set by text calls', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  expect(ask(panda, 'setDebugMode', { body: 'pandaID=10&modeOn=True' }).body).toBe('Succeeded')
  expect(ask(panda, 'send_command_to_job', { body: 'panda_id=10&com=ls+-l' }).body).toBe('[true, "command received"]')
  expect(job).toMatchObject({ debug: true, command: 'ls -l' })
})

it('checkJobStatus answers JSON to anybody', () => {
  const panda = createPanda()
  jobIn(panda, 'running')
  expect(JSON.parse(ask(panda, 'checkJobStatus', { body: 'ids=10,11' }).body)).toEqual({
    StatusCode: 0,
    data: [
      { command: 'NULL', status: 'running' },
      { command: 'tobekilled', status: 'unknown' },
    ],
  })
})

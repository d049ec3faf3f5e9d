import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { legacyDialect } from '../../src/server/legacy-dialect.ts'
import { reply } from './answers.ts'
import { failed, finished, identity, request, running, starting } from './examples.ts'
import { composedRequests, recordings, withoutRecordings } from './recordings.ts'

const worker = { harvesterId: 'testbed', workerId: '12' }
const asked = [9, 10, 13, 999_999] as PandaId[]

describe('a legacy request', () => {
  it('is always gzip of JSON, of exactly the content type that makes the server unpack it', async () => {
    const { method, path, headers, body } = await legacyDialect.encode(legacyDialect.acquire(identity, request))
    expect([method, path]).toEqual(['POST', '/server/panda/getJob'])
    expect(headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
    expect(JSON.parse(gunzipSync(body ?? Buffer.alloc(0)).toString())).toEqual({
      siteName: 'TESTBED_QUEUE',
      prodSourceLabel: 'managed',
      mem: 16000,
      diskSpace: 20000,
      remaining_time: 100_000,
      node: 'slot1@wn1.testbed',
      computingElement: 'TESTBED_CE',
      jobType: 'managed',
      allowOtherCountry: false,
      schedulerID: 'testbed-harvester',
      harvester_id: 'testbed',
      worker_id: '12',
    })
  })

  it('asks for a list only when more than one job is wanted', () => {
    expect(legacyDialect.acquire(identity, { ...request, count: 2 }).fields.nJobs).toBe(2)
    expect(legacyDialect.acquire(identity, request).fields).not.toHaveProperty('nJobs')
  })

  it('writes times as the server reads them and the mean of cores as measured', () => {
    const { path, fields } = legacyDialect.update(identity, failed(9), 'all')
    expect(path).toBe('/server/panda/updateJob')
    expect(fields).toMatchObject({
      jobId: '9',
      state: 'failed',
      attemptNr: 1,
      startTime: '2026-11-22 23:25:03',
      endTime: '2026-11-22 23:26:03',
      meanCoreCount: 7.62,
      pilotErrorCode: 1305,
      pilotErrorDiag: 'Failed to execute payload: segmentation fault',
      xml: expect.stringContaining('log.1.tgz'),
    })
    expect(Object.values(fields)).not.toContain(null)
  })

  it('tells of a worker with its site', () => {
    expect(legacyDialect.workerStatus(worker, identity, 'finished')).toMatchObject({
      path: '/server/panda/updateWorkerPilotStatus',
      fields: { site: 'TESTBED_QUEUE', workerID: '12', harvesterID: 'testbed', status: 'finished' },
    })
  })

  it('names jobs in one text: a number would break the server', () => {
    expect(legacyDialect.jobStatus([9 as PandaId]).fields).toEqual({ ids: '9' })
  })

  it.skipIf(withoutRecordings)('sends only fields the real server took', () => {
    const updates = [starting(1), running(1), finished(1), failed(1)]
    const calls = [
      legacyDialect.acquire(identity, { ...request, taskId: 7, resourceType: 'SCORE', workingGroup: '', count: 2 }),
      ...updates.map((update) => legacyDialect.update(identity, update, 'all')),
      legacyDialect.workerStatus(worker, identity, 'started'),
    ]
    // Taken by the server, but sent by no recorded client (contracts/panda-server.md 4).
    const taken = new Set(['/server/panda/getJob remaining_time', '/server/panda/getJob schedulerID'])
    for (const { path, fields } of [...recordings('legacy-0.8.1'), ...composedRequests()]) {
      for (const name of Object.keys(fields)) taken.add(`${path} ${name}`)
    }
    for (const { path, fields } of calls) {
      for (const name of Object.keys(fields)) expect([...taken]).toContain(`${path} ${name}`)
    }
  })
})

describe('a legacy answer', () => {
  const heartbeat = legacyDialect.update(identity, running(9), 'all')
  const end = legacyDialect.update(identity, finished(9), 'all')

  it.each([
    '{"StatusCode": 0, "command": "tobekilled"}',
    'StatusCode=0&command=tobekilled',
    '{"StatusCode":"0","command":"tobekilled"}',
  ])('is understood as JSON and url-encoded: %s', (body) => {
    expect(legacyDialect.readUpdate(reply(body), heartbeat)).toEqual({
      kind: 'done',
      value: { commands: [{ name: 'tobekilled' }] },
    })
  })

  it.each([
    [10, 'unknown'],
    [20, 'nothing'],
    [30, 'not-stored'],
    [50, 'refused'],
    [60, 'refused'],
    [70, 'refused'],
    [80, 'refused'],
    [90, 'unknown'],
    [99, 'unknown'],
  ])('StatusCode %i is %s, as JSON and url-encoded', (code, kind) => {
    for (const body of [`{"StatusCode": ${code}, "errorDialog": "x"}`, `StatusCode=${code}`]) {
      expect(legacyDialect.readUpdate(reply(body), heartbeat).kind).toBe(kind)
      expect(legacyDialect.readAcquire(reply(body)).kind).toBe(kind)
      expect(legacyDialect.readWorkerStatus(reply(body)).kind).toBe(kind)
    }
  })

  it('success without a command means that the metadata was not stored, where metadata was sent', () => {
    expect(legacyDialect.readUpdate(reply('{"StatusCode": 0}'), end).kind).toBe('not-stored')
    expect(legacyDialect.readUpdate(reply('{"StatusCode": 0}'), heartbeat)).toEqual({
      kind: 'done',
      value: { commands: [] },
    })
  })

  it('one job, a list of jobs, and a list inside a url-encoded text', () => {
    const flat = legacyDialect.readAcquire(reply('StatusCode=0&PandaID=9&jobPars=&attemptNr=1'))
    expect(flat).toEqual({ kind: 'done', value: [{ StatusCode: '0', PandaID: '9', jobPars: '', attemptNr: '1' }] })
    const jobs = [
      { StatusCode: 0, PandaID: 9 },
      { StatusCode: 0, PandaID: 10 },
    ]
    expect(legacyDialect.readAcquire(reply(JSON.stringify({ StatusCode: 0, jobs })))).toEqual({
      kind: 'done',
      value: jobs,
    })
    const encoded = new URLSearchParams({ StatusCode: '0', jobs: JSON.stringify(jobs) })
    expect(legacyDialect.readAcquire(reply(encoded.toString()))).toEqual({ kind: 'done', value: jobs })
  })

  it('success that names no job is unknown', () => {
    expect(legacyDialect.readAcquire(reply('{"StatusCode": 0}')).kind).toBe('unknown')
    expect(legacyDialect.readAcquire(reply('StatusCode=0&jobs=%5B%7B')).kind).toBe('unknown')
  })

  it.each([
    'production or pilot role is required',
    "Invalid worker state. The worker state has to be in ('started', 'finished')",
  ])('the bare sentence %s is a refusal', (body) => {
    expect(legacyDialect.readWorkerStatus(reply(body)).kind).toBe('refused')
  })

  it.each(['', '<html>It works!</html>', '{"StatusCode": 0, "comm', 'StatusCode=', 'command=NULL', 'true'])(
    '%j is no answer',
    (body) => {
      expect(legacyDialect.readUpdate(reply(body), heartbeat).kind).toBe('unknown')
      expect(legacyDialect.readAcquire(reply(body)).kind).toBe('unknown')
    },
  )

  it('states are told in the order asked; unknown jobs are left out', () => {
    const body = 'StatusCode=0&status=finished%2Bfailed%2Brunning%2Bnotfound&attemptNr=1%2B1%2B2%2B0'
    expect(legacyDialect.readJobStatus(reply(body), asked)).toEqual({
      kind: 'done',
      value: [
        { pandaId: 9, status: 'finished', attemptNr: 1 },
        { pandaId: 10, status: 'failed', attemptNr: 1 },
        { pandaId: 13, status: 'running', attemptNr: 2 },
      ],
    })
    expect(legacyDialect.readJobStatus(reply('StatusCode=0&status=running&attemptNr=1'), asked).kind).toBe('unknown')
  })

  it('whatever the bytes and the status, no reader throws', () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map(Buffer.from),
      fc.string().map((text) => Buffer.from(`StatusCode=0&${text}`)),
    )
    fc.assert(
      fc.property(body, fc.constantFrom(200, 302, 403, 404, 500, 503), (bytes, status) => {
        const answer = reply(bytes, status)
        legacyDialect.readAcquire(answer)
        legacyDialect.readUpdate(answer, end)
        legacyDialect.readWorkerStatus(answer)
        legacyDialect.readJobStatus(answer, asked)
        legacyDialect.isAlive(answer)
      }),
    )
  })
})

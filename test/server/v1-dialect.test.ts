import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import { reply, v1Reply } from './answers.ts'
import { failed, finished, identity, request, running, starting } from './examples.ts'
import { composedRequests, type Recording, recordings, withoutRecordings } from './recordings.ts'

const worker = { harvesterId: 'testbed', workerId: '12' }

describe('a v1 request', () => {
  it('asks for jobs with whole numbers and nothing that only legacy knows', async () => {
    const call = v1Dialect.acquire(identity, { ...request, taskId: 7, resourceType: 'SCORE', workingGroup: 'x' })
    expect(call).toMatchObject({ method: 'POST', path: '/api/v1/pilot/acquire_jobs' })
    const { headers, body } = await v1Dialect.encode(call)
    expect(headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' })
    expect(JSON.parse(String(body))).toEqual({
      site_name: 'TESTBED_QUEUE',
      prod_source_label: 'managed',
      memory: 16000,
      disk_space: 20000,
      remaining_time: 100_000,
      node: 'slot1@wn1.testbed',
      computing_element: 'TESTBED_CE',
      resource_type: 'SCORE',
      task_id: 7,
      job_type: 'managed',
      n_jobs: 1,
      scheduler_id: 'testbed-harvester',
      harvester_id: 'testbed',
      worker_id: 12,
    })
  })

  it('leaves out what is not known', () => {
    const nobody = { ...identity, harvesterId: undefined }
    const { fields } = v1Dialect.acquire(nobody, { ...request, remainingTime: undefined, jobType: undefined })
    expect(Object.keys(fields)).not.toEqual(expect.arrayContaining(['remaining_time']))
    expect(Object.keys(fields)).not.toEqual(expect.arrayContaining(['worker_id']))
  })

  it('reports the end of a job in one body', async () => {
    const { body } = await v1Dialect.encode(v1Dialect.update(identity, finished(16), 'all'))
    expect(JSON.parse(String(body))).toEqual({
      job_id: 16,
      job_status: 'finished',
      attempt_nr: 1,
      site_name: 'TESTBED_QUEUE',
      node: 'slot1@wn1.testbed',
      scheduler_id: 'testbed-harvester',
      pilot_id: 'http://localhost/pilotlog|SLURM|PR|4.0.0.1',
      batch_id: 'slurm_42',
      start_time: '2026-11-22 23:25:03',
      end_time: '2026-11-22 23:26:03',
      core_count: 8,
      mean_core_count: 8,
      n_events: 10,
      cpu_consumption_time: 12,
      cpu_conversion_factor: 1,
      cpu_consumption_unit: 's+AMD EPYC 1024 KB 2-Core Processor 1-Socket+AVX2',
      cpu_architecture_level: 'x86_64-v3',
      max_rss: 123_456,
      avg_rss: 100_000,
      max_pss: 113_456,
      avg_pss: 100_000,
      max_vmem: 223_456,
      avg_vmem: 200_000,
      max_swap: 0,
      avg_swap: 0,
      job_metrics: 'actualCoreCount=7.62 nEvents=10 workDirSize=2147483648 leak=0.41 chi2=0.02',
      pilot_timing: '0|1|5|1|1|0',
      pilot_error_code: 0,
      exe_error_code: 0,
      trans_exit_code: 0,
      meta_data: '{"files":{"output":[]}}',
      job_output_report: expect.stringContaining('"fsize":6'),
    })
  })

  it('asks for the status of jobs by repeated keys', async () => {
    const call = v1Dialect.jobStatus([16 as PandaId, 17 as PandaId])
    const { method, path, body } = await v1Dialect.encode(call)
    expect([method, path, body]).toEqual(['GET', '/api/v1/pilot/get_job_status?job_ids=16&job_ids=17', undefined])
  })

  it('tells of a worker without the site, which v1 does not know', () => {
    expect(v1Dialect.workerStatus(worker, identity, 'started').fields).toEqual({
      worker_id: 12,
      harvester_id: 'testbed',
      status: 'started',
      node_id: 'slot1@wn1.testbed',
    })
  })

  it.skipIf(withoutRecordings)('sends only fields the real server took, in the types it took', () => {
    const calls = [
      v1Dialect.acquire(identity, { ...request, taskId: 7, resourceType: 'SCORE' }),
      ...[starting(1), running(1), finished(1), failed(1)].map((update) => v1Dialect.update(identity, update, 'all')),
      v1Dialect.workerStatus(worker, identity, 'started'),
    ]
    const taken: Pick<Recording, 'path' | 'fields'>[] = [
      ...recordings('v1-1.0.3').filter(({ reply: answer }) => v1Dialect.isAlive(answer)),
      ...composedRequests(),
    ]
    for (const call of calls) {
      for (const [name, value] of Object.entries(call.fields)) {
        const examples = taken.filter(
          ({ path, fields }) => path === call.path && name in fields && fields[name] !== null,
        )
        const types = examples.map(({ fields }) => typeof fields[name])
        expect(types, `${call.path} ${name}`).toContain(typeof value)
      }
    }
  })
})

describe('a v1 answer', () => {
  const update = v1Dialect.update(identity, running(16), 'all')
  const read = (answer: ReturnType<typeof reply>) => v1Dialect.readUpdate(answer, update)

  it('success with a command, with NULL, with none', () => {
    expect(read(v1Reply(true, '', { StatusCode: 0, command: 'tobekilled' }))).toEqual({
      kind: 'done',
      value: { commands: [{ name: 'tobekilled' }] },
    })
    expect(read(v1Reply(true, '', { StatusCode: 0, command: 'NULL' }))).toEqual({
      kind: 'done',
      value: { commands: [] },
    })
    expect(read(v1Reply(true, '', { StatusCode: 0, command: null }))).toEqual({ kind: 'done', value: { commands: [] } })
    expect(read(v1Reply(true, '', { StatusCode: 0 }))).toEqual({ kind: 'done', value: { commands: [] } })
  })

  it('success: true with a failing StatusCode is a failure', () => {
    expect(read(v1Reply(true, 'Database error', { StatusCode: 30 })).kind).toBe('not-stored')
    expect(read(v1Reply(true, 'Timed out', { StatusCode: 10 })).kind).toBe('unknown')
    expect(read(v1Reply(false, 'Invalid job status: x', { StatusCode: 50 })).kind).toBe('refused')
  })

  it.each([
    'production or pilot role required',
    'no production/pilot role in VOMS FQANs or non pilot owner',
    'SSL secure connection is required',
    'expecting POST, received GET',
    "Argument error: missing a required argument: 'job_id'",
    'Jane Doe is banned',
  ])('%s: refused', (message) => {
    expect(read(v1Reply(false, message))).toMatchObject({ kind: 'refused', text: expect.stringContaining(message) })
  })

  it.each([
    ["Argument error: got an unexpected keyword argument 'xml'", 'xml'],
    ["Type error: 'mean_core_count' must be of type int, got float.", 'mean_core_count'],
    ["All elements in 'job_ids' must be int.", 'job_ids'],
  ])('%s: names the field', (message, field) => {
    expect(read(v1Reply(false, message))).toMatchObject({ kind: 'field-refused', field })
  })

  it('an empty queue is nothing, a time-out unknown, a text never heard of unknown', () => {
    expect(v1Dialect.readAcquire(v1Reply(false, 'No jobs in PanDA')).kind).toBe('nothing')
    expect(v1Dialect.readAcquire(v1Reply(false, 'Timed out')).kind).toBe('unknown')
    expect(v1Dialect.readAcquire(v1Reply(false, 'ORA-03113: end-of-file on communication channel')).kind).toBe(
      'unknown',
    )
  })

  it.each([
    '',
    '<html>Service Unavailable</html>',
    "{'success': True, 'message': '', 'data': None}",
    '{"success": tr',
    'null',
    '[]',
  ])('%j is no answer', (body) => {
    expect(read(reply(body)).kind).toBe('unknown')
    expect(v1Dialect.readAcquire(reply(body)).kind).toBe('unknown')
    expect(v1Dialect.readWorkerStatus(reply(body)).kind).toBe('unknown')
    expect(v1Dialect.isAlive(reply(body))).toBe(false)
  })

  it('success without the jobs it should hold is unknown', () => {
    expect(v1Dialect.readAcquire(v1Reply(true, '', null)).kind).toBe('unknown')
    expect(v1Dialect.readAcquire(v1Reply(true, '', { StatusCode: 0, jobs: 'many' })).kind).toBe('unknown')
  })

  it('whatever the bytes and the status, no reader throws', () => {
    const body = fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from))
    fc.assert(
      fc.property(body, fc.constantFrom(200, 302, 403, 404, 500, 503), (bytes, status) => {
        const answer = reply(bytes, status)
        v1Dialect.readAcquire(answer)
        v1Dialect.readUpdate(answer, update)
        v1Dialect.readWorkerStatus(answer)
        v1Dialect.readJobStatus(answer, [])
        v1Dialect.isAlive(answer)
      }),
    )
  })
})

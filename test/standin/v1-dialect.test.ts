import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { DialectAnswer, DialectRequest } from '../../src/standin/dialect.ts'
import { createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { readV1 } from '../../src/standin/v1/dialect.ts'
import { jobIn, robot, start, stranger } from './fixtures.ts'

function ask(panda: Panda, method: string, body: string, changes: Partial<DialectRequest> = {}): DialectAnswer {
  const reading = readV1({
    verb: 'POST',
    path: `/api/v1/${method}`,
    query: '',
    contentType: 'application/json',
    contentEncoding: null,
    accept: null,
    body: Buffer.from(body),
    caller: robot,
    ...changes,
  })
  return reading.kind === 'answered' ? reading.answer : reading.call.perform(panda, start)
}

/** The message of an update with these further parameters. */
function messageFor(parameters: string): string {
  const panda = createPanda()
  jobIn(panda, 'running')
  const answer = ask(panda, 'pilot/update_job', `{"job_id": 10, "job_status": "running", ${parameters}}`)
  return answer.status === 200 ? JSON.parse(answer.body).message : `${answer.status} ${answer.body}`
}

describe('the validator', () => {
  it.each([
    ['"n_events": 5', ''],
    ['"n_events": true', ''],
    ['"n_events": null', ''],
    ['"n_events": "5"', "Type error: 'n_events' must be of type int, got str."],
    ['"mean_core_count": 1.0', "Type error: 'mean_core_count' must be of type int, got float."],
    ['"max_rss": 1', ''],
    ['"max_rss": 1.5', ''],
    ['"max_rss": "1"', "500 'types.UnionType' object has no attribute '__name__'"],
    ['"start_time": 1795390435.36', "Type error: 'start_time' must be of type str, got float."],
    ['"meta_data": null', "Type error: 'meta_data' must be of type str, got NoneType."],
    ['"pilot_log": null', "Type error: 'pilot_log' must be of type str, got NoneType."],
    ['"timestamp": "x"', "Argument error: got an unexpected keyword argument 'timestamp'"],
    ['"job_id": null', "Type error: 'job_id' must be of type int, got NoneType."],
  ])('%s: %s', (parameters, message) => {
    expect(messageFor(parameters)).toBe(message)
  })

  it('clock_speed must be a float: an int is none', () => {
    const node = (speed: string) =>
      JSON.parse(
        ask(
          createPanda(),
          'pilot/update_worker_node',
          `{"site":"S","host_name":"h","cpu_model":"m","clock_speed":${speed}}`,
        ).body,
      )
    expect(node('2200.0').success).toBe(true)
    expect(node('2200').message).toBe("Type error: 'clock_speed' must be of type float, got int.")
  })

  it('looks at TLS, then at the role, then at the verb, then at the arguments', () => {
    const message = (changes: Partial<DialectRequest>) =>
      JSON.parse(ask(createPanda(), 'pilot/update_job', '{}', { accept: 'application/json', ...changes }).body).message
    expect(message({ caller: { ...stranger, secure: false }, verb: 'GET' })).toBe('SSL secure connection is required')
    expect(message({ caller: stranger, verb: 'GET' })).toBe('production or pilot role required')
    expect(message({ verb: 'GET' })).toBe('expecting POST, received GET')
    expect(message({})).toBe("Argument error: missing a required argument: 'job_id'")
  })

  it('casts the texts of a GET, and says so when it cannot', () => {
    const get = (query: string) =>
      ask(createPanda(), 'pilot/get_job_status', '', {
        verb: 'GET',
        query,
        contentType: null,
        accept: 'application/json',
      })
    expect(JSON.parse(get('job_ids=7').body).data).toEqual([{ job_id: 7, status: 'not found', attempt_number: 0 }])
    expect(JSON.parse(get('job_ids=7&timeout=soon').body).message).toBe(
      "Type error: 'timeout' could not be casted to type int.",
    )
  })
})

describe('bodies', () => {
  const body = '{"site_name": "Q"}'

  it('gzip needs its header', () => {
    const zipped = { body: gzipSync(body) }
    expect(ask(createPanda(), 'pilot/acquire_jobs', '', { ...zipped, contentEncoding: 'gzip' }).status).toBe(200)
    expect(ask(createPanda(), 'pilot/acquire_jobs', '', zipped).status).toBe(500)
  })

  it('the header needs gzip', () => {
    expect(ask(createPanda(), 'pilot/acquire_jobs', body, { contentEncoding: 'gzip' }).status).toBe(500)
  })

  it('with a charset in the label are not recognised', () => {
    const answer = ask(createPanda(), 'pilot/acquire_jobs', body, { contentType: 'application/json; charset=utf-8' })
    expect(answer.body).toContain("'success': False")
  })

  it('that hold no object are refused', () => {
    expect(ask(createPanda(), 'pilot/acquire_jobs', '[1]').status).toBe(500)
  })
})

it.each([null, '*/*', 'application/json, text/plain, */*'])('Accept %s gets a Python repr', (accept) => {
  const answer = ask(createPanda(), 'system/is_alive', '', { verb: 'GET', contentType: null, accept })
  expect(answer).toEqual({
    status: 200,
    contentType: 'text/plain',
    body: "{'success': True, 'message': '', 'data': None}",
  })
})

it.each(['closed', 'cancelled', 'sent', 'merging'])('the state %s is refused with code 50', (state) => {
  const answer = ask(createPanda(), 'pilot/update_job', `{"job_id": 1, "job_status": "${state}"}`)
  expect(JSON.parse(answer.body)).toEqual({
    success: false,
    message: `Invalid job status: ${state}`,
    data: { StatusCode: 50 },
  })
})

it('failed updates are success with code 30', () => {
  const panda = createPanda()
  jobIn(panda, 'running')
  const long = ask(
    panda,
    'pilot/update_job',
    `{"job_id": 10, "job_status": "running", "pilot_timing": "${'x'.repeat(101)}"}`,
  )
  expect(JSON.parse(long.body)).toEqual({ success: true, message: 'Database error', data: { StatusCode: 30 } })
  const unknown = ask(panda, 'pilot/update_job', '{"job_id": 99, "job_status": "running", "meta_data": "x"}')
  expect(JSON.parse(unknown.body)).toMatchObject({ success: true, data: { StatusCode: 30 } })
})

it('totals and rates are both stored in kB', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'running')
  ask(panda, 'pilot/update_job', '{"job_id": 10, "job_status": "running", "tot_rchar": 2048, "rate_rchar": 2048.9}')
  expect(job.fields).toMatchObject({ totRCHAR: 2, rateRCHAR: 2 })
})

it('a bulk update answers each job, and an exception empties the list though jobs were updated', () => {
  const panda = createPanda()
  const job = jobIn(panda, 'sent')
  const good = '{"job_id": 10, "job_status": "running"}'
  const mixed = ask(panda, 'pilot/update_jobs_bulk', `{"job_list": [${good}, {"job_id": 1, "job_status": "x"}]}`)
  expect(JSON.parse(mixed.body).data.map((answer: { success: boolean }) => answer.success)).toEqual([true, false])
  const broken = ask(panda, 'pilot/update_jobs_bulk', `{"job_list": [${good}, {"job_id": 1}]}`)
  expect(JSON.parse(broken.body)).toEqual({ success: false, message: "failed with KeyError 'job_status'", data: [] })
  expect(job.state).toBe('running')
})

it('setting debug mode tells success the wrong way round, as the real server does', () => {
  const panda = createPanda()
  jobIn(panda, 'running')
  const set = () => JSON.parse(ask(panda, 'job/set_debug_mode', '{"job_id": 10, "mode": true}').body)
  expect(set()).toMatchObject({ success: false, message: 'Succeeded' })
  expect(set()).toMatchObject({ success: true, message: 'Already set accordingly' })
})

it('set_command is heard by the next update and seen by get_status', () => {
  const panda = createPanda()
  jobIn(panda, 'running')
  ask(panda, 'job/set_command', '{"job_id": 10, "command": "tobekilled"}')
  expect(ask(panda, 'pilot/update_job', '{"job_id": 10, "job_status": "running"}').body).toContain('"tobekilled"')
  const status = ask(panda, 'job/get_status', '', { verb: 'GET', query: 'job_ids=10', accept: 'application/json' })
  expect(JSON.parse(status.body).data).toEqual([{ command: 'tobekilled', status: 'running' }])
})

it('a user without role gets own jobs alone', () => {
  const panda = createPanda()
  jobIn(panda, 'activated', { prodSourceLabel: 'user', prodUserID: 'Somebody Else' })
  const acquire = () =>
    JSON.parse(
      ask(panda, 'pilot/acquire_jobs', '{"site_name":"Q","prod_source_label":"user"}', { caller: stranger }).body,
    )
  expect(acquire().message).toBe('No jobs in PanDA')
  jobIn(panda, 'activated', { PandaID: 11, prodSourceLabel: 'user', prodUserID: 'Some User' })
  expect(acquire().data.jobs[0].PandaID).toBe(11)
})

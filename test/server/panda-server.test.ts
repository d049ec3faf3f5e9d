import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createJobServer, type JobServerOptions } from '../../src/server/panda-server.ts'
import type { PandaServer } from '../../src/server/port.ts'
import { finished, identity, type RememberingLog, rememberingLog, request, running, starting } from './examples.ts'
import { type Handler, startWebServer, type WebServer } from './web-server.ts'

let log: RememberingLog
beforeEach(() => {
  log = rememberingLog()
})

const good = '{"success": true, "message": "", "data": {"StatusCode": 0, "command": "NULL"}}'
const alive = '{"success": true, "message": "", "data": null}'
const accepted = { kind: 'accepted', commands: [] }

async function connected(
  handler: Handler,
  more: Partial<JobServerOptions> = {},
): Promise<{ web: WebServer; server: PandaServer }> {
  const web = await startWebServer(handler)
  const server = createJobServer({
    url: web.url,
    port: 25443,
    dialect: 'v1',
    identity,
    credentials: { environment: {}, userId: undefined },
    userAgent: 'pilot/test',
    log,
    ...more,
  })
  onTestFinished(async () => {
    await server.close()
    await web.close()
  })
  return { web, server }
}

const paths = ({ received }: WebServer) => received.map(({ path }) => path.split('/').at(-1))
const bodies = ({ received }: WebServer) => received.map(({ body }) => JSON.parse(body))

it('a URL that is none is refused at once, in words', () => {
  const options = { url: 'gsiftp://x', port: 1, dialect: undefined, identity, userAgent: '', log }
  expect(() => createJobServer({ ...options, credentials: { environment: {}, userId: undefined } })).toThrow(
    /gsiftp:\/\/x/,
  )
})

describe('a credential that the server finds expired', () => {
  const expired = { status: 403, body: 'ERROR : Token authentication failed. Signature has expired' }

  it('is renewed once, and the call made again', async () => {
    let renewals = 0
    const { web, server } = await connected(() => (renewals === 0 ? expired : good), {
      renewCredential: async () => {
        renewals += 1
      },
    })
    expect(await server.update(running(1))).toEqual(accepted)
    expect(renewals).toBe(1)
    expect(paths(web)).toEqual(['update_job', 'update_job'])
  })

  it('that stays expired is not asked with a third time', async () => {
    let renewals = 0
    const { web, server } = await connected(() => expired, {
      renewCredential: async () => {
        renewals += 1
      },
    })
    expect(await server.update(running(1))).toMatchObject({ kind: 'unknown' })
    expect([renewals, web.received.length]).toEqual([1, 2])
  })
})

describe('a kept connection that is lost while a call is under way', () => {
  const answers = { v1: good, legacy: '{"StatusCode": 0, "command": "NULL"}' }
  const pool = {
    pandaId: starting(1).pandaId,
    jobsetId: 2,
    taskId: 3,
    count: 1,
    scattered: false,
    segmentId: undefined,
  }

  it.each(['v1', 'legacy'] as const)('jobs and event ranges are not asked for again: unknown (%s)', async (dialect) => {
    const { web, server } = await connected(
      ({ socket }) => (web.received.length % 2 === 0 ? void socket.destroy() : answers[dialect]),
      { dialect },
    )
    await server.update(starting(1))
    expect(await server.acquire(request)).toMatchObject({ kind: 'unknown' })
    await server.update(starting(1))
    expect(await server.acquireEventRanges(pool)).toMatchObject({ kind: 'unknown' })
    expect(web.received).toHaveLength(4)
  })

  it('an update is sent again at once', async () => {
    const { web, server } = await connected(({ socket }) => (web.received.length === 2 ? void socket.destroy() : good))
    await server.update(starting(1))
    expect(await server.update(running(1))).toEqual(accepted)
    expect(web.received).toHaveLength(3)
  })
})

describe('a server that does not answer as it should', () => {
  it.each([
    ['a page', '<html>Maintenance</html>'],
    ['an error', { status: 500, body: 'KeyError' }],
    ['a gateway’s error', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['a redirect', { status: 302, body: '' }],
  ])('%s leaves every outcome unknown', async (_, answer) => {
    const { server } = await connected(() => answer)
    expect(await server.acquire(request)).toMatchObject({ kind: 'unknown' })
    expect(await server.update(starting(1))).toMatchObject({ kind: 'unknown' })
    expect(await server.workerStatus('started')).toMatchObject({ kind: 'unknown' })
    expect(await server.jobStatus([starting(1).pandaId])).toBeUndefined()
  })

  it('silence ends at the call’s deadline', async () => {
    const { server } = await connected(() => undefined, { limits: { call: 50 } })
    expect(await server.update(starting(1))).toEqual({ kind: 'unknown', text: 'no answer within the time limit' })
  })

  it('silence while the dialect is asked ends at the same deadline', async () => {
    const { server } = await connected(() => undefined, { limits: { call: 50 }, dialect: undefined })
    expect(await server.update(starting(1))).toMatchObject({ kind: 'unknown' })
  })

  it('an expired token may be renewed: an update is to be repeated, but no job is asked for', async () => {
    const answer = { status: 403, body: 'ERROR : Token authentication failed. Invalid token. Signature has expired' }
    const { server } = await connected(() => answer)
    expect(await server.update(finished(1))).toMatchObject({ kind: 'unknown' })
    expect(await server.acquire(request)).toMatchObject({ kind: 'refused' })
  })

  it('a banned user is refused', async () => {
    const { server } = await connected(() => ({ status: 403, body: 'ERROR : Jane Doe is banned' }))
    expect(await server.update(starting(1))).toMatchObject({ kind: 'refused', text: expect.stringContaining('banned') })
  })
})

describe('a field that the server refuses', () => {
  const unknownField = (name: string) =>
    `{"success": false, "message": "Argument error: got an unexpected keyword argument '${name}'", "data": null}`

  it('is left out, named in the log, and not sent again', async () => {
    const { web, server } = await connected(({ body }) =>
      'cpu_architecture_level' in JSON.parse(body) ? unknownField('cpu_architecture_level') : good,
    )
    expect(await server.update(starting(1))).toEqual(accepted)
    expect(await server.update(running(1))).toEqual(accepted)
    expect(bodies(web).map((body) => 'cpu_architecture_level' in body)).toEqual([true, false, false])
    expect(log.lines.filter((line) => /^warning .*cpu_architecture_level/.test(line))).toHaveLength(1)
  })

  it('several one after the other', async () => {
    const unknown = ['batch_id', 'node', 'core_count']
    const { web, server } = await connected(({ body }) => {
      const first = unknown.find((name) => name in JSON.parse(body))
      return first === undefined ? good : unknownField(first)
    })
    expect(await server.update(starting(1))).toEqual(accepted)
    expect(web.received).toHaveLength(4)
  })

  it('of a wrong type is left out as well', async () => {
    const wrong = `{"success": false, "message": "Type error: 'n_jobs' must be of type str, got int.", "data": null}`
    const { server } = await connected(({ body }) =>
      'n_jobs' in JSON.parse(body) ? wrong : '{"success": false, "message": "No jobs in PanDA"}',
    )
    expect(await server.acquire(request)).toMatchObject({ kind: 'none' })
  })

  it('that the call cannot do without refuses the call', async () => {
    const { web, server } = await connected(() => unknownField('job_id'))
    expect(await server.update(starting(1))).toMatchObject({ kind: 'refused', text: expect.stringContaining('job_id') })
    expect(web.received).toHaveLength(1)
  })

  it('that was never sent does not make it try for ever', async () => {
    const { web, server } = await connected(() => unknownField('nonsense'))
    expect(await server.update(starting(1))).toMatchObject({ kind: 'refused' })
    expect(web.received).toHaveLength(1)
  })

  it('is also understood from a legacy server, which answers 500', async () => {
    const answer = { status: 500, body: "updateJob() got an unexpected keyword argument 'cpu_architecture_level'" }
    const handler: Handler = ({ body }) =>
      'cpu_architecture_level' in JSON.parse(body) ? answer : 'StatusCode=0&command=NULL'
    const { server } = await connected(handler, { dialect: 'legacy' })
    expect(await server.update(starting(1))).toEqual(accepted)
  })
})

describe('an update that the database refuses again and again', () => {
  it('is reduced to what decides about the job, and sent in full once that went through', async () => {
    const { web, server } = await connected(({ body }) =>
      'meta_data' in JSON.parse(body) ? '{"success": true, "message": "", "data": {"StatusCode": 30}}' : good,
    )
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await server.update(finished(1))).toMatchObject({ kind: 'unknown' })
    }
    expect(await server.update(finished(1))).toEqual(accepted)
    expect(bodies(web).at(-1)).toMatchObject({
      job_id: 1,
      job_status: 'finished',
      job_output_report: expect.any(String),
    })
    expect(await server.update(finished(1))).toMatchObject({ kind: 'unknown' })
    expect(await server.update(finished(2))).toMatchObject({ kind: 'unknown' })
    expect(bodies(web).map((body) => 'meta_data' in body)).toEqual([true, true, true, false, true, true])
  })
})

describe('the dialect', () => {
  const legacyGone = (path: string) => ({ status: 403, body: `ERROR : method ${path.split('/').at(-1)} is forbidden` })

  it('is asked for once, with the first call, by any number of callers', async () => {
    const { web, server } = await connected(({ path }) => (path.endsWith('is_alive') ? alive : good), {
      dialect: undefined,
    })
    expect(web.received).toHaveLength(0)
    await Promise.all([1, 2, 3].map((id) => server.update(starting(id))))
    expect(paths(web)).toEqual(['is_alive', 'update_job', 'update_job', 'update_job'])
  })

  it('stays open while the server is in trouble, and is asked for again', async () => {
    let up = false
    const { server } = await connected(
      ({ path }) => (!up ? { status: 503, body: '' } : path.endsWith('is_alive') ? alive : good),
      {
        dialect: undefined,
      },
    )
    expect(await server.update(starting(1))).toMatchObject({ kind: 'unknown' })
    up = true
    expect(await server.update(starting(1))).toEqual(accepted)
  })

  it('one caller giving up does not end the question for the others', async () => {
    const asked = Promise.withResolvers<Parameters<Handler>[0]>()
    const { server } = await connected((call) => (call.path.endsWith('is_alive') ? void asked.resolve(call) : good), {
      dialect: undefined,
    })
    const given = new AbortController()
    const first = server.update(starting(1), given.signal)
    const second = server.update(starting(2))
    const { response } = await asked.promise
    given.abort()
    expect(await first).toEqual({ kind: 'unknown', text: 'the call was given up' })
    response.end(alive)
    expect(await second).toEqual(accepted)
  })

  it('is changed once when a legacy server is replaced by one that knows only v1', async () => {
    let upgraded = false
    const { web, server } = await connected(
      ({ path }) => {
        if (path.startsWith('/api/') !== upgraded) return legacyGone(path)
        return path.endsWith('isAlive') ? 'alive=yes' : upgraded ? good : 'StatusCode=0&command=NULL'
      },
      { dialect: undefined },
    )
    expect(await server.update(starting(1))).toEqual(accepted)
    upgraded = true
    expect(await Promise.all([server.update(running(1)), server.update(running(2))])).toEqual([accepted, accepted])
    upgraded = false
    expect(await server.update(running(1))).toMatchObject({ kind: 'refused' })
    expect(paths(web).slice(0, 3)).toEqual(['is_alive', 'isAlive', 'updateJob'])
  })

  it('that the user named is kept', async () => {
    const { web, server } = await connected(({ path }) => legacyGone(path), { dialect: 'legacy' })
    expect(await server.update(starting(1))).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('forbidden'),
    })
    expect(paths(web)).toEqual(['updateJob'])
  })
})

it('a worker that nobody numbered is not reported', async () => {
  const { web, server } = await connected(() => alive, { identity: { ...identity, workerId: undefined } })
  expect(await server.workerStatus('started')).toEqual(accepted)
  expect(web.received).toHaveLength(0)
})

it('two servers in one process share nothing', async () => {
  const refusal = `{"success": false, "message": "Argument error: got an unexpected keyword argument 'node'", "data": null}`
  const strict = await connected(({ body }) => ('node' in JSON.parse(body) ? refusal : good))
  const other = await connected(
    ({ path }) =>
      path.endsWith('isAlive')
        ? 'alive=yes'
        : path.startsWith('/api')
          ? { status: 404, body: '' }
          : 'StatusCode=0&command=NULL',
    { dialect: undefined },
  )
  await Promise.all([strict.server.update(starting(1)), other.server.update(starting(1))])
  await strict.server.close()
  expect(await other.server.update(running(1))).toEqual(accepted)
  expect(other.web.received.at(-1)?.body).toContain('"node"')
})

it('the secrets of an answer are hidden before they are handed on, and never logged', async () => {
  const secret = 'logstash-token-1234'
  const json = `{"logstash": "{\\"token\\": \\"${secret}\\"}", "key": "-----BEGIN KEY-----\\nabcdef\\n-----END KEY-----"}`
  const data = { StatusCode: 0, pilotSecrets: json, command: 'debug' }
  const whole = { v1: JSON.stringify({ success: true, message: '', data }), legacy: JSON.stringify(data) }
  for (const dialect of ['v1', 'legacy'] as const) {
    const { server } = await connected(() => whole[dialect], { dialect })
    const answer = await server.update(running(1))
    expect(answer).toMatchObject({ kind: 'accepted', commands: [{ name: 'debug' }], pilotSecrets: { json } })
    expect(log.hidden.splice(0)).toEqual([secret, '-----BEGIN KEY-----\nabcdef\n-----END KEY-----', 'abcdef'])
  }
  expect(log.lines.join('\n')).not.toContain(secret)
})

it('of an answer that was cut no secret is told', async () => {
  const secret = 'logstash-token-1234'
  const data = { StatusCode: 0, pilotSecrets: `{"t":"${secret}"}`, command: 'debug' }
  const whole = { v1: JSON.stringify({ success: true, message: '', data }), legacy: JSON.stringify(data) }
  for (const dialect of ['v1', 'legacy'] as const) {
    const { server } = await connected(() => whole[dialect].slice(0, -3), { dialect })
    const answer = await server.update(running(1))
    expect(answer.kind).toBe('unknown')
    expect(JSON.stringify(answer)).not.toContain(secret)
  }
  expect(log.lines.join('\n')).not.toContain(secret)
})

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { type Front, type FrontOptions, openFront } from '../../src/standin/front/front.ts'
import { createPanda } from '../../src/standin/model/panda.ts'
import { jobIn } from './fixtures.ts'
import { exchange, post, rawAnswer } from './http.ts'

const open: Front[] = []
afterEach(() => Promise.all(open.splice(0).map((front) => front.close())))

async function start(options: Partial<FrontOptions> = {}): Promise<Front> {
  const front = await openFront({ panda: createPanda(), trustPlainHttp: true, ...options })
  open.push(front)
  return front
}

describe('the dialects', () => {
  it('one that is left out is answered like a server that does not have it', async () => {
    const front = await start({ dialects: ['v1'] })
    expect(await post(front, '/server/panda/getJob', 'siteName=Q')).toEqual({
      status: 403,
      body: 'ERROR : method getJob is forbidden',
    })
  })

  it.each(['/', '/server/panda/', '/api/v1/pilot', '/api/v1/pilot/acquire_jobs/', '/api/latest/system/is_alive'])(
    '%s is forbidden',
    async (path) => {
      expect(await post(await start(), path, '')).toMatchObject({ status: 403 })
    },
  )

  it('plain HTTP callers have no role unless the front trusts them', async () => {
    const answer = await post(await start({ trustPlainHttp: false }), '/server/panda/getJob', 'siteName=Q')
    expect(answer.body).toBe('StatusCode=60')
  })
})

describe('what a client sends', () => {
  it('in chunks counts as empty', async () => {
    const request =
      'POST /server/panda/getJob HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n' +
      'a\r\nsiteName=Q\r\n0\r\n\r\n'
    expect(await rawAnswer(await start(), request)).toContain("missing 1 required positional argument: 'siteName'")
  })

  it('beyond the limit is refused before it is read', async () => {
    const front = await start({ bodyLimit: 10 })
    expect(await post(front, '/server/panda/getJob', 'x'.repeat(11))).toMatchObject({ status: 413 })
    expect(await post(front, '/server/panda/isAlive', 'x'.repeat(10))).toMatchObject({ status: 500 })
  })

  it('as a gzip bomb costs the bomber an error', async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024))
    const front = await start()
    const answer = await exchange(front, '/server/panda/updateJob', bomb, { 'Content-Type': 'application/json' })
    expect(answer.status).toBe(500)
    expect(await post(front, '/server/panda/isAlive', '')).toMatchObject({ status: 200 })
  })

  it.each(['rubbish\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\u0016\u0003\u0001'])('as %j hurts nobody', async (bytes) => {
    const front = await start()
    await rawAnswer(front, bytes).catch(() => '')
    expect(await post(front, '/server/panda/isAlive', '')).toMatchObject({ status: 200, body: 'alive=yes' })
  })
})

it('close ends at once, with a kept-alive, a half-sent and a silent connection open', async () => {
  const front = await openFront({ panda: createPanda(), trustPlainHttp: true, faults: () => ({ kind: 'silence' }) })
  const requests = [
    '',
    'POST /server/panda/getJob HTTP/1.1\r\nContent-Length: 99\r\n\r\nhalf',
    'GET /server/panda/isAlive HTTP/1.1\r\nHost: h\r\n\r\n',
  ]
  const sockets = requests.map((bytes) => {
    const socket = connect(front.port, '127.0.0.1', () => socket.write(bytes))
    return socket.on('error', () => {})
  })
  const ends = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  await front.close()
  await Promise.all(ends)
  await expect(post(front, '/server/panda/isAlive', '')).rejects.toThrow()
})

it('whoever watches sees name, dialect, parameters and answer of every understood call', async () => {
  const seen: unknown[] = []
  const front = await start({ onRequest: (call) => seen.push(call) })
  await post(front, '/server/panda/getStatus', 'ids=5')
  await post(front, '/server/panda/nonsense', '')
  expect(seen).toEqual([
    {
      dialect: 'legacy',
      name: 'getStatus',
      parameters: { ids: '5' },
      answer: { status: 200, contentType: 'text/plain', body: 'StatusCode=0&status=notfound&attemptNr=0' },
      fault: null,
    },
  ])
})

describe('scripted faults', () => {
  const running = 'jobId=10&state=running&attemptNr=1'
  const oneJob = () => {
    const panda = createPanda()
    return { panda, job: jobIn(panda, 'sent') }
  }

  it('call N goes wrong, the others do not', async () => {
    const front = await start({ faults: ({ number }) => (number === 2 ? { kind: 'status', status: 500 } : undefined) })
    const statuses: number[] = []
    for (const _ of [1, 2, 3]) statuses.push((await post(front, '/server/panda/isAlive', '')).status)
    expect(statuses).toEqual([200, 500, 200])
  })

  it('the script knows name, dialect, parameters and the count of the name', async () => {
    const seen: unknown[] = []
    const front = await start({
      faults: (call) => {
        seen.push(call)
        return undefined
      },
    })
    await post(front, '/server/panda/isAlive', '')
    await post(front, '/server/panda/getStatus', 'ids=1')
    expect(seen).toMatchObject([
      { number: 1, numberOfName: 1, dialect: 'legacy', name: 'isAlive' },
      { number: 2, numberOfName: 1, name: 'getStatus', parameters: { ids: '1' } },
    ])
  })

  it('HTML comes instead of an answer', async () => {
    const front = await start({ faults: () => ({ kind: 'html' }) })
    expect((await post(front, '/server/panda/isAlive', '')).body).toMatch(/^<!DOCTYPE HTML/)
  })

  it.each([10, 30] as const)('code %d comes in the form of the dialect and nothing is done', async (code) => {
    const { panda, job } = oneJob()
    const front = await start({ panda, faults: () => ({ kind: 'code', code }) })
    expect((await post(front, '/server/panda/updateJob', running)).body).toBe(`StatusCode=${code}`)
    const v1 = await exchange(front, '/api/v1/pilot/update_job', '{"job_id":10,"job_status":"running"}', {
      'Content-Type': 'application/json',
    })
    expect(JSON.parse(v1.body)).toMatchObject({ success: true, data: { StatusCode: code } })
    expect(job.state).toBe('sent')
  })

  it('half an answer: the call was done, the client gets a broken connection', async () => {
    const { panda, job } = oneJob()
    const front = await start({ panda, faults: () => ({ kind: 'half' }) })
    await expect(post(front, '/server/panda/updateJob', running)).rejects.toThrow()
    expect(job.state).toBe('running')
  })

  it.each([
    [true, 'running'],
    [false, 'sent'],
  ])('no answer at all, performed %s: the job is %s', async (performed, state) => {
    const { panda, job } = oneJob()
    const front = await start({ panda, faults: () => ({ kind: 'reset', performed }) })
    await expect(post(front, '/server/panda/updateJob', running)).rejects.toThrow()
    expect(job.state).toBe(state)
  })

  it('a late answer comes late and whole', async () => {
    const front = await start({ faults: () => ({ kind: 'late', delayMs: 5 }) })
    expect(await post(front, '/server/panda/isAlive', '')).toEqual({ status: 200, body: 'alive=yes' })
  })
})

describe('static files', () => {
  it('are served below the directory and from nowhere else', async () => {
    const root = await mkdtemp(join(tmpdir(), 'standin-static-'))
    try {
      await mkdir(join(root, 'site', 'trf', 'user'), { recursive: true })
      await writeFile(join(root, 'site', 'trf', 'user', 'runGen'), '#!/bin/sh\n')
      await writeFile(join(root, 'secret'), 'secret')
      await symlink(join(root, 'secret'), join(root, 'site', 'trf', 'link'))
      const front = await start({ staticDir: join(root, 'site') })
      const get = async (path: string) => (await exchange(front, path, null, {})).status
      expect((await exchange(front, '/trf/user/runGen', null, {})).body).toBe('#!/bin/sh\n')
      expect(await get('/trf/user/none')).toBe(404)
      expect(await get('/trf/user')).toBe(404)
      expect(await get('/trf/link')).toBe(404)
      expect(await rawAnswer(front, 'GET /trf/../../secret HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')).toMatch(
        / 404 /,
      )
      expect(await get('/trf/..%2f..%2fsecret')).toBe(404)
      expect(await get('/trf/%E0%A4')).toBe(404)
    } finally {
      await rm(root, { recursive: true })
    }
  })
})

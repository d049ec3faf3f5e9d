import { describe, expect, it, onTestFinished } from 'vitest'
import { type Channel, createChannel } from '../../src/server/channel.ts'
import type { HttpRequest } from '../../src/server/exchange.ts'
import { rememberingLog } from './examples.ts'
import { type Handler, startWebServer, type WebServer } from './web-server.ts'

const post: HttpRequest = {
  method: 'POST',
  path: '/call?a=b',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  body: Buffer.from('{"a":1}'),
}
const patient = () => AbortSignal.timeout(20_000)

async function connected(handler: Handler): Promise<{ web: WebServer; channel: Channel }> {
  const web = await startWebServer(handler)
  const channel = createChannel({
    origin: web.url,
    secure: false,
    userAgent: 'pilot/test',
    credentials: { environment: {}, userId: undefined },
    connectTimeout: 10_000,
    largestAnswer: 16 << 20,
    log: rememberingLog(),
  })
  onTestFinished(async () => {
    await channel.close()
    await web.close()
  })
  return { web, channel }
}

describe('a call over HTTP', () => {
  it('carries its length and exactly the headers it was given', async () => {
    const { web, channel } = await connected(() => 'ok')
    expect(await channel.send(post, patient())).toEqual({ kind: 'answer', status: 200, body: Buffer.from('ok') })
    const [received] = web.received
    expect(received?.raw).toEqual(post.body)
    expect(received?.headers).toEqual({
      host: `127.0.0.1:${web.port}`,
      connection: 'keep-alive',
      'user-agent': 'pilot/test',
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': '7',
    })
  })

  it('calls one after the other share a connection', async () => {
    const { web, channel } = await connected(() => 'ok')
    for (let call = 0; call < 5; call += 1) await channel.send(post, patient())
    expect(web.connections).toBe(1)
  })

  it('any number of calls at once uses a bounded number of connections', async () => {
    const { web, channel } = await connected(() => 'ok')
    const replies = await Promise.all(Array.from({ length: 50 }, () => channel.send(post, patient())))
    expect(replies.every(({ kind }) => kind === 'answer')).toBe(true)
    expect(web.connections).toBeLessThanOrEqual(8)
  })

  it('any status is an answer, and a redirect is not followed', async () => {
    const { web, channel } = await connected(({ path, response }) => {
      if (path !== '/call') return 'followed'
      response.writeHead(302, { location: '/elsewhere' }).end()
      return undefined
    })
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'answer', status: 302 })
    expect(web.received).toHaveLength(1)
  })
})

describe('a call without a whole answer', () => {
  it('ends at its deadline when nothing comes', async () => {
    const { channel } = await connected(() => undefined)
    const reply = await channel.send(post, AbortSignal.timeout(50))
    expect(reply).toEqual({ kind: 'none', text: 'no answer within the time limit' })
  })

  it('ends at its deadline when the answer trickles', async () => {
    const { channel } = await connected(({ response }) => {
      const trickle = setInterval(() => response.write('.'), 5)
      response.on('close', () => clearInterval(trickle))
      return undefined
    })
    expect(await channel.send(post, AbortSignal.timeout(100))).toMatchObject({ kind: 'none' })
  })

  it('ends when the caller gives up: its connection is closed, and the channel goes on', async () => {
    const left = Promise.withResolvers<void>()
    const { web, channel } = await connected(({ socket }) => {
      if (web.received.length > 1) return 'ok'
      socket.once('close', () => left.resolve())
      given.abort()
      return undefined
    })
    const given = new AbortController()
    expect(await channel.send(post, given.signal)).toEqual({ kind: 'none', text: 'the call was given up' })
    await left.promise
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'answer' })
  })

  it('half an answer is none', async () => {
    const { web, channel } = await connected(({ response, socket }) => {
      response.writeHead(200, { 'content-length': 100 }).write('half')
      socket.end()
      return undefined
    })
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
    expect(web.received).toHaveLength(1)
  })

  it('half a chunked answer is none', async () => {
    const { channel } = await connected(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
      return undefined
    })
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
  })

  it('an answer that is not HTTP is none', async () => {
    const { channel } = await connected(({ socket }) => {
      socket.end('SSH-2.0-OpenSSH_9.2\r\n')
      return undefined
    })
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
  })

  it('an endless answer is cut off early', async () => {
    let written = 0
    const { channel } = await connected(({ response }) => {
      const block = Buffer.alloc(1 << 20)
      const fill = () => {
        while (written < 1 << 30 && !response.destroyed) {
          written += block.length
          if (!response.write(block)) return void response.once('drain', fill)
        }
      }
      fill()
      return undefined
    })
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none', text: expect.stringContaining('size') })
    expect(written).toBeLessThan(64 << 20)
  })

  it('nobody listening is told with address and reason', async () => {
    const { web, channel } = await connected(() => 'ok')
    await web.close()
    expect(await channel.send(post, patient())).toMatchObject({
      kind: 'none',
      text: expect.stringMatching(/127\.0\.0\.1.*ECONNREFUSED/),
    })
  })

  it('close ends the calls under way', async () => {
    const { channel } = await connected(() => void channel.close())
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
    expect(await channel.send(post, patient())).toEqual({ kind: 'none', text: 'the channel is closed' })
  })
})

describe('a kept connection that the server closes', () => {
  it('before it read the call: the call is repeated once, on a fresh one', async () => {
    const { web, channel } = await connected(({ socket }) => (web.received.length === 2 ? void socket.destroy() : 'ok'))
    await channel.send(post, patient())
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'answer', status: 200 })
    expect([web.received.length, web.connections]).toEqual([3, 2])
  })

  it('again and again: not more than once', async () => {
    const { web, channel } = await connected(({ socket }) => (web.received.length > 1 ? void socket.destroy() : 'ok'))
    await channel.send(post, patient())
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
    expect(web.received).toHaveLength(3)
  })

  it('after the first byte of the answer: never, the call was read', async () => {
    const { web, channel } = await connected(({ socket }) => {
      if (web.received.length === 1) return 'ok'
      socket.end('HTTP/1.1 ')
      return undefined
    })
    await channel.send(post, patient())
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
    expect(web.received).toHaveLength(2)
  })

  it('a fresh connection that is closed: never', async () => {
    const { web, channel } = await connected(({ socket }) => void socket.destroy())
    expect(await channel.send(post, patient())).toMatchObject({ kind: 'none' })
    expect(web.received).toHaveLength(1)
  })
})

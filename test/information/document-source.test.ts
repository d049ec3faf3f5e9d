import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generate } from 'selfsigned'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDocumentSource, type SourceOptions } from '../../src/information/document-source.ts'
import { type DocumentServer, openDocumentServer, say, status } from './document-server.ts'

const never = new AbortController().signal
const plain: SourceOptions = { authorities: [], proxy: {}, timeout: 20_000, largest: 1000 }
const fetch = createDocumentSource(plain)

describe('a document from the web', () => {
  let server: DocumentServer

  beforeEach(async () => {
    server = await openDocumentServer()
  })

  afterEach(async () => {
    await server.close()
  })

  it('comes with its entity tag', async () => {
    server.answer(say('{"a":"ü"}', { etag: '"1"' }))
    expect(await fetch(server.url, undefined, never)).toEqual({ kind: 'document', text: '{"a":"ü"}', etag: '"1"' })
    expect(server.requests[0]?.headers['if-none-match']).toBeUndefined()
  })

  it('is not sent again to somebody who has it', async () => {
    server.answer(status(304))
    expect(await fetch(server.url, '"1"', never)).toEqual({ kind: 'unchanged' })
    expect(server.requests[0]?.headers['if-none-match']).toBe('"1"')
  })

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [404, false],
    [403, false],
    [304, false],
  ])('with status %i fails; another try may help: %s', async (code, again) => {
    server.answer(status(code))
    const fetched = await fetch(`${server.url}/queue.json`, undefined, never)
    expect(fetched).toMatchObject({ kind: 'failed', again })
    expect(fetched).toMatchObject({
      text: expect.stringContaining(`${server.url}/queue.json: the server answers ${code}`),
    })
  })

  it('is found behind a redirect, but not behind an endless one or one to a file', async () => {
    server.answer((request, response) =>
      request.url === '/new' ? say('here')(request, response) : status(301, { location: '/new' })(request, response),
    )
    expect(await fetch(`${server.url}/old`, undefined, never)).toMatchObject({ text: 'here' })
    server.answer(status(302, { location: '/again' }))
    expect(await fetch(server.url, undefined, never)).toMatchObject({ kind: 'failed', again: false })
    server.answer(status(302, { location: 'file:///etc/passwd' }))
    expect(await fetch(server.url, undefined, never)).toMatchObject({ kind: 'failed', again: false })
  })

  it('of which only a half arrives is none', async () => {
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"half":', () => response.destroy())
    })
    expect(await fetch(server.url, undefined, never)).toMatchObject({ kind: 'failed', again: true })
  })

  it('that is too large is given up at the limit', async () => {
    server.answer(say('x'.repeat(1001)))
    expect(await fetch(server.url, undefined, never)).toMatchObject({
      kind: 'failed',
      text: expect.stringMatching(/1000 bytes/),
      again: false,
    })
  })

  it('that does not come in time is given up, also when it trickles', async () => {
    server.answer((_request, response) => {
      response.writeHead(200)
      response.write('{')
    })
    const hasty = createDocumentSource({ ...plain, timeout: 100 })
    expect(await hasty(server.url, undefined, never)).toMatchObject({
      kind: 'failed',
      text: expect.stringMatching(/no answer within 0.1 s/),
      again: true,
    })
  })

  it('is given up when the pilot stops', async () => {
    const stop = new AbortController()
    server.answer(() => stop.abort())
    expect(await fetch(server.url, undefined, stop.signal)).toMatchObject({ kind: 'failed', again: false })
  })

  it('from nobody says who did not answer', async () => {
    await server.close()
    expect(await fetch(server.url, undefined, never)).toMatchObject({
      kind: 'failed',
      text: expect.stringMatching(/127\.0\.0\.1.*ECONNREFUSED/),
      again: true,
    })
    server = await openDocumentServer()
  })

  it('is fetched through the proxy of the site', async () => {
    server.answer(say('{}'))
    const behind = createDocumentSource({ ...plain, proxy: { http_proxy: server.url } })
    expect(await behind('http://queues.example.org/q.json', undefined, never)).toMatchObject({ kind: 'document' })
    expect(server.requests[0]?.url).toBe('http://queues.example.org/q.json')
  })

  it('is believed only from a server whose authority is trusted', async () => {
    const names = [{ name: 'commonName', value: 'localhost' }]
    const { cert, private: key } = await generate(names, {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    })
    const secure = createServer({ cert, key }, (_request, response) => response.end('{}'))
    secure.listen(0, '127.0.0.1')
    await once(secure, 'listening')
    try {
      const address = secure.address()
      const url = `https://localhost:${typeof address === 'object' ? address?.port : ''}/`
      expect(await fetch(url, undefined, never)).toMatchObject({
        kind: 'failed',
        text: expect.stringMatching(/self-signed/),
      })
      const trusting = createDocumentSource({ ...plain, authorities: [cert] })
      expect(await trusting(url, undefined, never)).toMatchObject({ kind: 'document' })
    } finally {
      secure.closeAllConnections()
      secure.close()
    }
  })
})

describe('a document from a file', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pilot-document-'))
  })

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true })
  })

  it('is read by path and by file URL', async () => {
    const path = join(directory, 'a queue.json')
    await writeFile(path, '{}')
    expect(await fetch(path, undefined, never)).toEqual({ kind: 'document', text: '{}', etag: undefined })
    expect(await fetch(pathToFileURL(path).href, undefined, never)).toMatchObject({ text: '{}' })
  })

  it('that is missing, a directory, a pipe or too large is none, and not asked again', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')])
    await writeFile(join(directory, 'large'), 'x'.repeat(1001))
    for (const name of ['missing', '.', 'pipe', 'large']) {
      const path = join(directory, name)
      expect(await fetch(path, undefined, never)).toMatchObject({
        kind: 'failed',
        text: expect.stringContaining(path),
        again: false,
      })
    }
  })
})

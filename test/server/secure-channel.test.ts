import { mkdir, rename, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { SecureVersion } from 'node:tls'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Channel, createChannel } from '../../src/server/channel.ts'
import type { CredentialSources } from '../../src/server/credentials.ts'
import type { HttpRequest } from '../../src/server/exchange.ts'
import {
  type CertificatePair,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from '../../src/standin/certificate.ts'
import { type RememberingLog, rememberingLog } from './examples.ts'
import { temporaryDirectory } from './temporary.ts'
import { startWebServer, type WebServer } from './web-server.ts'

const get: HttpRequest = { method: 'GET', path: '/', headers: {}, body: undefined }
const patient = () => AbortSignal.timeout(20_000)

let authority: CertificatePair
let certificate: CertificatePair
let robots: CertificatePair[]
let here: string
let log: RememberingLog

beforeAll(async () => {
  authority = await makeAuthority()
  certificate = await makeServerCertificate(authority)
  robots = [await makeClientCertificate(authority, 'robot 1'), await makeClientCertificate(authority, 'robot 2')]
})
beforeEach(async () => {
  here = await temporaryDirectory()
  await mkdir(join(here, 'ca'))
  await writeFile(join(here, 'ca/1234abcd.0'), authority.cert)
  log = rememberingLog()
})

/** The form of a proxy file: certificate, key, issuer. */
async function putProxy(number: number, name = 'proxy'): Promise<string> {
  const robot = robots[number]
  await writeFile(join(here, name), `${robot?.cert}\n${robot?.key}\n${authority.cert}`)
  return join(here, name)
}

async function serve(host = '127.0.0.1', pair = certificate, maxVersion?: SecureVersion): Promise<WebServer> {
  const web = await startWebServer(() => 'ok', { ...pair, ...(maxVersion && { maxVersion }) }, host)
  onTestFinished(() => web.close())
  return web
}

function channelTo(url: string, environment: CredentialSources['environment'] = {}): Channel {
  const channel = createChannel({
    origin: url,
    secure: url.startsWith('https:'),
    userAgent: 'pilot/test',
    credentials: { caDirectory: join(here, 'ca'), environment, userId: undefined },
    connectTimeout: 10_000,
    largestAnswer: 1 << 20,
    log,
  })
  onTestFinished(() => channel.close())
  return channel
}

describe('the server’s certificate', () => {
  it.each(['9876fedc.0', 'ca.pem', 'ca.crt'])(
    'is accepted when its authority is in the CA directory as %s',
    async (name) => {
      const web = await serve()
      await rename(join(here, 'ca/1234abcd.0'), join(here, 'ca', name))
      expect(await channelTo(web.url).send(get, patient())).toMatchObject({ kind: 'answer', status: 200 })
    },
  )

  it('is refused when its authority is not there', async () => {
    const web = await serve()
    await rename(join(here, 'ca/1234abcd.0'), join(here, 'ca/1234abcd.signing_policy'))
    const reply = await channelTo(web.url).send(get, patient())
    expect(reply).toMatchObject({ kind: 'none', text: expect.stringContaining('certificate') })
    expect(web.received).toEqual([])
  })

  it('is refused when it signed itself', async () => {
    const web = await serve('127.0.0.1', await makeAuthority('somebody else'))
    expect(await channelTo(web.url).send(get, patient())).toMatchObject({
      kind: 'none',
      text: expect.stringContaining('SELF_SIGNED'),
    })
    expect(web.received).toEqual([])
  })

  it('is refused when it is for another host', async () => {
    const web = await serve('127.0.0.2')
    expect(await channelTo(web.url).send(get, patient())).toMatchObject({
      kind: 'none',
      text: expect.stringContaining('ALTNAME'),
    })
    expect(web.received).toEqual([])
  })

  it('one broken authority among many costs only itself', async () => {
    const web = await serve()
    await writeFile(join(here, 'ca/0000aaaa.0'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    await writeFile(join(here, 'ca/0000bbbb.0'), 'no certificate at all')
    expect(await channelTo(web.url).send(get, patient())).toMatchObject({ kind: 'answer' })
  })
})

describe('the pilot’s credential', () => {
  it('a proxy is shown as certificate; nothing of it is logged', async () => {
    const web = await serve()
    await channelTo(web.url, { X509_USER_PROXY: await putProxy(0) }).send(get, patient())
    expect(web.received[0]?.client).toBe('robot 1')
    expect(web.received[0]?.headers).not.toHaveProperty('authorization')
    const keyLine = robots[0]?.key.split('\n')[1]
    expect(log.hidden).toContain(keyLine)
    expect(log.lines.join('\n')).not.toContain(keyLine)
  })

  it('a token is sent with its origin, and then no certificate is shown', async () => {
    const web = await serve()
    await writeFile(join(here, 'token'), 'secret.token.text\n')
    const environment = {
      X509_USER_PROXY: await putProxy(0),
      PANDA_AUTH_TOKEN: join(here, 'token'),
      PANDA_AUTH_ORIGIN: 'atlas.pilot',
    }
    await channelTo(web.url, environment).send(get, patient())
    expect(web.received[0]?.headers).toMatchObject({ authorization: 'Bearer secret.token.text', origin: 'atlas.pilot' })
    expect(web.received[0]?.client).toBe('')
    expect(log.hidden).toEqual(['secret.token.text'])
    expect(log.lines.join('\n')).not.toContain('secret.token.text')
  })

  it('a token is never sent over plain http', async () => {
    const web = await startWebServer(() => 'ok')
    onTestFinished(() => web.close())
    await writeFile(join(here, 'token'), 'secret.token.text')
    const environment = { PANDA_AUTH_TOKEN: join(here, 'token'), PANDA_AUTH_ORIGIN: 'atlas.pilot' }
    await channelTo(web.url, environment).send(get, patient())
    expect(web.received[0]?.headers).not.toHaveProperty('authorization')
  })

  it('without any the server is asked all the same, and the lack is told once', async () => {
    const web = await serve()
    const channel = channelTo(web.url)
    await channel.send(get, patient())
    expect(await channel.send(get, patient())).toMatchObject({ kind: 'answer' })
    expect(log.lines.filter((line) => line.startsWith('warning no credential'))).toHaveLength(1)
  })

  it('a broken proxy is named and nothing is sent; a good one in its place is used', async () => {
    const web = await serve()
    const proxy = join(here, 'proxy')
    await writeFile(proxy, 'half a proxy')
    const channel = channelTo(web.url, { X509_USER_PROXY: proxy })
    expect(await channel.send(get, patient())).toMatchObject({ kind: 'none', text: expect.stringContaining(proxy) })
    expect(web.connections).toBe(0)
    await putProxy(1)
    expect(await channel.send(get, patient())).toMatchObject({ kind: 'answer' })
    expect(web.received[0]?.client).toBe('robot 2')
  })
})

describe('a renewed credential', () => {
  it('a replaced proxy is used by the next call, an unchanged one keeps the connection', async () => {
    const web = await serve()
    const channel = channelTo(web.url, { X509_USER_PROXY: await putProxy(0) })
    await channel.send(get, patient())
    await channel.send(get, patient())
    expect(web.connections).toBe(1)
    await rename(await putProxy(1, 'next'), join(here, 'proxy'))
    await channel.send(get, patient())
    expect(web.received.map(({ client }) => client)).toEqual(['robot 1', 'robot 1', 'robot 2'])
    expect(web.connections).toBe(2)
  })

  it('calls under way end with the old one', async () => {
    const held = Promise.withResolvers<ServerResponse>()
    const web = await startWebServer(
      ({ path, response }) => (path === '/held' ? void held.resolve(response) : 'ok'),
      certificate,
    )
    onTestFinished(() => web.close())
    const channel = channelTo(web.url, { X509_USER_PROXY: await putProxy(0) })
    const slow = channel.send({ ...get, path: '/held' }, patient())
    const response = await held.promise
    await putProxy(1)
    await channel.send(get, patient())
    response.end('late')
    expect(await slow).toMatchObject({ kind: 'answer', body: Buffer.from('late') })
  })

  it('a renewed token is sent by the next call', async () => {
    const web = await serve()
    const token = join(here, 'token')
    await writeFile(token, 'first')
    const channel = channelTo(web.url, { OIDC_AUTH_TOKEN: token, OIDC_AUTH_ORIGIN: 'atlas.pilot' })
    await channel.send(get, patient())
    await writeFile(token, 'second')
    await channel.send(get, patient())
    expect(web.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
    expect(log.hidden).toEqual(['first', 'second'])
  })
})

describe('a connection the server dropped', () => {
  const collectGarbage = garbageCollector()

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is followed by one that resumes its TLS session, however long after (%s)',
    async (version) => {
      const web = await serve('127.0.0.1', certificate, version)
      const channel = channelTo(web.url, { X509_USER_PROXY: await putProxy(0) })
      await channel.send(get, patient())
      web.drop()
      await collectGarbage()
      expect(await channel.send(get, patient())).toMatchObject({ kind: 'answer', status: 200 })
      expect([web.connections, web.resumed]).toEqual([2, 1])
      expect(web.received.map(({ client }) => client)).toEqual(['robot 1', 'robot 1'])
    },
  )

  it('is not resumed with another proxy: the server is shown the new one', async () => {
    const web = await serve()
    const channel = channelTo(web.url, { X509_USER_PROXY: await putProxy(0) })
    await channel.send(get, patient())
    await rename(await putProxy(1, 'next'), join(here, 'proxy'))
    web.drop()
    await channel.send(get, patient())
    expect([web.connections, web.resumed]).toEqual([2, 0])
    expect(web.received.map(({ client }) => client)).toEqual(['robot 1', 'robot 2'])
  })
})

/** Collects what nobody holds; weakly held things go only between turns of the event loop. */
function garbageCollector(): () => Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  return async () => {
    await setImmediate()
    collect()
    await setImmediate()
  }
}

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJobServer } from '../../src/server/panda-server.ts'
import type { PandaServer } from '../../src/server/port.ts'
import { makeAuthority, makeClientCertificate, makeServerCertificate } from '../../src/standin/certificate.ts'
import { identity } from '../../test/server/examples.ts'
import { type Counts, orders } from './far-side-words.ts'

/** A server, and what a client needs to talk to it. */
export interface World extends AsyncDisposable {
  readonly url: string
  /** Authority and proxy of the client; empty over plain http. */
  readonly credentials: readonly string[]
  /** A client of our own with no connection yet. */
  connect(): PandaServer
  counts(): Promise<Counts>
  dropConnections(): Promise<void>
}

/** `secure`: HTTPS with a client certificate, in the form of a proxy file. */
export async function openWorld(secure: boolean): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-http-'))
  const files = secure ? await writeCertificates(directory) : undefined
  const farSide = fork(join(import.meta.dirname, 'far-side.ts'), files?.server ?? [])
  const [port] = await once(farSide, 'message')
  const url = `${secure ? 'https' : 'http'}://127.0.0.1:${port}`
  const ask = async (order: string): Promise<Counts> => {
    farSide.send(order)
    const [counts] = await once(farSide, 'message')
    return counts
  }
  return {
    url,
    credentials: files === undefined ? [] : [files.authority, files.proxy],
    connect: () =>
      createJobServer({
        url,
        port,
        dialect: 'v1',
        identity,
        credentials: {
          environment: {},
          userId: undefined,
          ...(files && { caDirectory: files.caDirectory, proxyFile: files.proxy }),
        },
        userAgent: 'panda-pilot bench',
        log: { debug() {}, info() {}, warning() {}, hide() {} },
      }),
    counts: () => ask(orders.count),
    async dropConnections() {
      await ask(orders.drop)
    },
    async [Symbol.asyncDispose]() {
      farSide.disconnect()
      await once(farSide, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function writeCertificates(directory: string) {
  const authority = await makeAuthority()
  const server = await makeServerCertificate(authority)
  const client = await makeClientCertificate(authority)
  const at = (name: string) => join(directory, name)
  await mkdir(at('ca'))
  await writeFile(at('ca/authority.pem'), authority.cert)
  await writeFile(at('server.pem'), server.cert)
  await writeFile(at('server.key'), server.key)
  await writeFile(at('proxy'), `${client.cert}\n${client.key}\n`, { mode: 0o600 })
  return {
    caDirectory: at('ca'),
    authority: at('ca/authority.pem'),
    proxy: at('proxy'),
    server: [at('server.pem'), at('server.key'), at('ca/authority.pem')],
  }
}

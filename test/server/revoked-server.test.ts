import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createChannel } from '../../src/server/channel.ts'
import type { Reply } from '../../src/server/exchange.ts'
import { type CertificatePair, makeAuthority, makeServerCertificate } from '../../src/standin/certificate.ts'
import { missingTools } from '../storage/real-tools.ts'
import { type RememberingLog, rememberingLog } from './examples.ts'
import { revocationList } from './revocations.ts'
import { temporaryDirectory } from './temporary.ts'
import { startWebServer } from './web-server.ts'

const why = missingTools('openssl')

let listing: CertificatePair
let plain: CertificatePair
let ofListing: CertificatePair
let ofPlain: CertificatePair
let here: string
let log: RememberingLog

beforeAll(async () => {
  listing = await makeAuthority('authority with a list')
  plain = await makeAuthority('authority without')
  ofListing = await makeServerCertificate(listing)
  ofPlain = await makeServerCertificate(plain)
})
beforeEach(async () => {
  here = join(await temporaryDirectory(), 'ca')
  await mkdir(here)
  await put('aaaa0000.0', listing.cert)
  await put('bbbb0000.0', plain.cert)
  log = rememberingLog()
})
const put = (name: string, text: string): Promise<void> => writeFile(join(here, name), text)
const warnings = (): string[] => log.lines.filter((line) => line.startsWith('warning the list'))

/** What becomes of a call to a server with this certificate. */
async function call(certificate: CertificatePair): Promise<Reply> {
  const { web, ask } = await openTo(certificate)
  const reply = await ask()
  expect(web.received).toHaveLength(reply.kind === 'answer' ? 1 : 0)
  return reply
}

async function openTo(certificate: CertificatePair) {
  const web = await startWebServer(() => 'ok', certificate, '127.0.0.1')
  const channel = createChannel({
    origin: web.url,
    secure: true,
    userAgent: 'pilot/test',
    credentials: { caDirectory: here, environment: {}, userId: undefined },
    connectTimeout: 10_000,
    largestAnswer: 1 << 20,
    log,
  })
  onTestFinished(async () => {
    await channel.close()
    await web.close()
  })
  const request = { method: 'GET', path: '/', headers: {}, body: undefined } as const
  return { web, ask: () => channel.send(request, AbortSignal.timeout(20_000)) }
}
const accepted = { kind: 'answer', status: 200 }
const refused = (text: RegExp) => ({ kind: 'none', text: expect.stringMatching(text) })

describe.skipIf(why !== undefined)(`with lists of revoked certificates ${why ?? ''}`, () => {
  it('a revoked server is refused, another of the same authority is not', async () => {
    await put('aaaa0000.r0', revocationList(listing, [ofListing]))
    expect(await call(ofListing)).toMatchObject(refused(/certificate revoked/))
    expect(await call(await makeServerCertificate(listing))).toMatchObject(accepted)
    expect(warnings()).toEqual([])
  })

  it('a server whose authority publishes no list is as good as before', async () => {
    await put('aaaa0000.r0', revocationList(listing, []))
    expect(await call(ofPlain)).toMatchObject(accepted)
  })

  it('a server of neither is refused', async () => {
    await put('aaaa0000.r0', revocationList(listing, []))
    await rm(join(here, 'bbbb0000.0'))
    expect(await call(ofPlain)).toMatchObject(refused(/certificate/))
  })

  it('a list that has ended is named, and its authority’s servers are refused', async () => {
    await put('aaaa0000.r0', revocationList(listing, [], { ended: true }))
    expect(await call(ofListing)).toMatchObject(refused(/CRL has expired/))
    expect(warnings()).toEqual([expect.stringMatching(/aaaa0000\.r0 ended 2020-01-02T00:00:00.000Z/)])
    expect(await call(ofPlain)).toMatchObject(accepted)
  })

  it('a list that is rewritten in place counts within the hour', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await put('aaaa0000.r0', revocationList(listing, []))
    const { ask } = await openTo(ofListing)
    expect(await ask()).toMatchObject(accepted)
    await put('aaaa0000.r0', revocationList(listing, [ofListing]))
    vi.setSystemTime(Date.now() + 3_600_000)
    expect(await ask()).toMatchObject(refused(/certificate revoked/))
  })

  it('a list of another authority under this name opens nothing', async () => {
    await put('aaaa0000.r0', revocationList(plain, []))
    expect(await call(ofListing)).toMatchObject(refused(/CRL/))
  })

  it('an authority below one without a list cannot be reached around its own', async () => {
    const middle = await intermediate(plain)
    const server = await makeServerCertificate(middle)
    await put('cccc0000.0', middle.cert)
    await put('cccc0000.r0', revocationList(middle, [server]))
    const chain = { cert: `${server.cert}\n${middle.cert}`, key: server.key }
    expect((await call(chain)).kind).toBe('none')
    await rm(join(here, 'cccc0000.r0'))
    expect(await call(chain)).toMatchObject(accepted)
  })
})

it.each(['', 'no list', '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n'])(
  'a damaged list %j is named, its authority’s servers are refused and no others',
  async (text) => {
    await put('aaaa0000.r0', text)
    expect(await call(ofListing)).toMatchObject(refused(/certificate|CRL/))
    expect(warnings()).toEqual([expect.stringMatching(/aaaa0000\.r0 cannot be used/)])
    expect(await call(ofPlain)).toMatchObject(accepted)
  },
)

async function intermediate(root: CertificatePair): Promise<CertificatePair> {
  const made = await generate([{ name: 'commonName', value: 'authority in the middle' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ca: root,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}

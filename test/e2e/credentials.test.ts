import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { makeAuthority, makeServerCertificate } from '../../src/standin/certificate.ts'
import { jwt, madeCertificate, proxyText } from '../server/made-certificates.ts'
import { markedProcesses } from './marked-processes.ts'
import { openSite, type Site } from './site.ts'

const hour = 3_600_000
const robot = { vo: 'e2e', role: 'production', name: 'Robot' }

/** A site behind HTTPS that takes these tokens; its pilots look after their credentials. */
async function secureSite(tokens: Map<string, typeof robot>): Promise<Site> {
  const authority = await makeAuthority()
  const site = await openSite({ credentials: true, front: { tls: await makeServerCertificate(authority), tokens } })
  await mkdir(join(site.directory, 'certificates'))
  await writeFile(join(site.directory, 'certificates/ca.pem'), authority.cert)
  return site
}

async function put(site: Site, name: string, text: string): Promise<string> {
  await writeFile(join(site.directory, name), text, { mode: 0o600 })
  return join(site.directory, name)
}

const capath = (site: Site): string[] => ['--capath', join(site.directory, 'certificates'), '-v', '1']

describe.concurrent('credentials', () => {
  it('a token that ends soon is renewed in the middle of a job; the old one is of no use any more', async () => {
    const ending = (seconds: number): string => jwt({ sub: 'robot', exp: Math.floor(Date.now() / 1000) + seconds })
    const [first, short, renewed] = [ending(7200), ending(900), ending(9000)]
    const tokens = new Map([first, short, renewed].map((token) => [token, robot]))
    await using site = await secureSite(tokens)
    site.panda.vault.letters.set('Robot', 'p')
    site.panda.vault.tokenKeys.set('pilot_server', 'key-of-the-robot')
    site.panda.vault.tokens.set('pilot_server', renewed)
    const file = await put(site, 'token', first)
    const environment = {
      OIDC_AUTH_TOKEN: file,
      OIDC_AUTH_ORIGIN: 'e2e.production',
      PANDA_AUTH_TOKEN_KEY: await put(site, 'key', 'key-of-the-robot'),
    }
    const id = site.offer({ outputs: ['out.data'], pars: 'write out.data content await go' })
    const pilot = site.pilot(capath(site), environment)
    await pilot.saw('payload.started')
    tokens.delete(first)
    await rename(await put(site, 'next', short), file)
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toBe(renewed), 20_000)
    tokens.delete(short)
    await writeFile(join(site.jobDirectory(id), 'go'), '')
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'finished' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(site.calls.filter(({ name }) => name.includes('token'))).toHaveLength(1)
    const log = await readFile(join(site.launch, 'pilotlog.txt'), 'utf8')
    for (const secret of [first, short, renewed, 'key-of-the-robot']) {
      expect(log).not.toContain(secret)
      expect(pilot.stderr()).not.toContain(secret)
    }
  })

  it('a proxy that is replaced by an expired one ends the job: 1373, the payload is gone, the pilot’s own code is 0', async () => {
    await using site = await secureSite(new Map())
    const proxyUntil = async (until: number): Promise<string> =>
      proxyText(await madeCertificate('robot', { from: -200 * hour, until }))
    const proxy = await put(site, 'proxy', await proxyUntil(100 * hour))
    const id = site.offer({ pars: 'stay' })
    const pilot = site.pilot(capath(site), { X509_USER_PROXY: proxy })
    await pilot.saw('payload.started')
    await rename(await put(site, 'next', await proxyUntil(-hour)), proxy)
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'failed', fields: { pilotErrorCode: 1373 } })
    expect(markedProcesses(site.mark)).toEqual(new Map())
  })

  it.each([
    ['that has expired', -hour, 68, 'has expired'],
    ['that lives for less than three days', 24 * hour, 80, 'are needed'],
    ['that is cut off', undefined, 68, 'cut off'],
  ])('with a proxy %s no job is asked for', async (_, until, exitCode, why) => {
    await using site = await secureSite(new Map())
    site.offer({ pars: 'exit 0' })
    const whole = proxyText(await madeCertificate('robot', { from: -48 * hour, until: until ?? 100 * hour }))
    const proxy = await put(site, 'proxy', until === undefined ? whole.slice(0, 200) : whole)
    const pilot = site.pilot(capath(site), { X509_USER_PROXY: proxy })
    expect((await pilot.ended()).exitCode).toBe(exitCode)
    expect(pilot.stderr()).toContain(why)
    expect(site.calls.map(({ name }) => name)).not.toContainEqual(expect.stringMatching(/acquire|getJob/))
  })
})

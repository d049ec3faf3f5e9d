import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeAuthority, makeClientCertificate, makeServerCertificate } from '../../src/standin/certificate.ts'
import { unpack } from '../workers/unpack.ts'
import type { PilotRun } from './pilot-run.ts'
import { openSite, type Site } from './site.ts'

const token = 'the-token-of-the-robot/4f7c0d7b2a'
const userSecret = 'correct horse battery staple 8846'
const secrets = JSON.stringify({ CLOUD_KEY: userSecret, EMPTY: '' })

/** All that leaves the pilot, by the place where it would be seen. PilotDB is none of them: it holds the definition. */
async function everythingSeen(site: Site, pilot: PilotRun): Promise<Map<string, string>> {
  const seen = new Map([
    ['stdout', pilot.stdout()],
    ['stderr', pilot.stderr()],
  ])
  for (const entry of await readdir(site.launch, { withFileTypes: true })) {
    const path = join(site.launch, entry.name)
    if (!entry.isFile()) continue
    if (!entry.name.endsWith('.tgz')) seen.set(entry.name, await readFile(path, 'utf8'))
    else for (const [name, { content }] of await unpack(path)) seen.set(name, content.toString())
  }
  site.calls.forEach(({ name, parameters }, index) => {
    seen.set(`call ${index} ${name}`, JSON.stringify(parameters))
  })
  return seen
}

function placesOf(needle: string, seen: ReadonlyMap<string, string>): string[] {
  const spellings = [needle, Buffer.from(needle).toString('base64').replace(/=+$/, ''), encodeURIComponent(needle)]
  return [...seen].flatMap(([place, text]) => (spellings.some((spelling) => text.includes(spelling)) ? [place] : []))
}

describe.concurrent('secrets are in no log, archive, event or report', () => {
  it('the token, and the user’s own, though the payload shows them wherever it can', async () => {
    const authority = await makeAuthority()
    const tls = await makeServerCertificate(authority)
    const tokens = new Map([[token, { vo: 'e2e', role: 'production', name: 'Robot' }]])
    await using site = await openSite({ front: { tls, tokens }, queue: { timefloor: 60 } })
    const [certificates, tokenFile] = [join(site.directory, 'certificates'), join(site.directory, 'token')]
    await mkdir(certificates)
    await writeFile(join(certificates, 'ca.pem'), authority.cert)
    await writeFile(tokenFile, token, { mode: 0o600 })
    const report = { exitCode: 0, exitMsg: `logged in with ${userSecret}`, files: {} }
    const inputs = [await site.input('report.json', JSON.stringify(report))]
    const shown = `say "${userSecret}" copy ${tokenFile} found.txt complain "ERROR: ${userSecret} was refused"`
    const pars = `${shown} write note.txt "${userSecret}" copy report.json jobReport.json`
    const wire = { secrets, prodUserID: 'somebody' }
    const [bad, good] = [
      site.offer({ inputs, pars: `${pars} exit 3`, wire }),
      site.offer({ inputs, pars: `${pars} exit 0`, wire }),
    ]
    const environment = { OIDC_AUTH_TOKEN: tokenFile, OIDC_AUTH_ORIGIN: 'e2e.production' }
    const pilot = site.pilot(['--capath', certificates, '-x', '1', '-d'], environment)
    expect((await pilot.ended()).exitCode).toBe(0)
    expect([bad, good].map((id) => site.job(id).outcome)).toEqual(['failed', 'finished'])

    const seen = await everythingSeen(site, pilot)
    expect([...seen.keys()].filter((place) => /payload\.std|note\.txt|found\.txt|jobReport/.test(place))).toHaveLength(
      10,
    )
    expect(placesOf('was refused', seen)).not.toEqual([])
    seen.delete('report.json')
    expect(placesOf(userSecret, seen)).toEqual([])
    expect(placesOf(token, seen)).toEqual([])
    // PilotDB keeps the definition, its secrets sealed; the directory is for its owner alone.
    expect((await stat(join(site.launch, 'pilotdb'))).mode & 0o077).toBe(0)
  })

  it('the proxy', async () => {
    const authority = await makeAuthority()
    const [tls, client] = await Promise.all([makeServerCertificate(authority), makeClientCertificate(authority)])
    await using site = await openSite({ front: { tls } })
    const [certificates, proxy] = [join(site.directory, 'certificates'), join(site.directory, 'x509up')]
    await mkdir(certificates)
    await writeFile(join(certificates, 'ca.pem'), authority.cert)
    await writeFile(proxy, `${client.cert}\n${client.key}`, { mode: 0o600 })
    const id = site.offer({ pars: `copy ${proxy} innocent.txt say "$(cat ${proxy})" exit 3` })
    const pilot = site.pilot(['--capath', certificates, '-d'], { X509_USER_PROXY: proxy })
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'failed', fields: { transExitCode: 3 } })
    const seen = await everythingSeen(site, pilot)
    const key = client.key.split('\n').filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line))
    expect(key.length).toBeGreaterThan(1)
    for (const line of key) expect(placesOf(line, seen)).toEqual([])
  })
})

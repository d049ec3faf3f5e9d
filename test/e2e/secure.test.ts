import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeAuthority, makeServerCertificate } from '../../src/standin/certificate.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import { openSite, type Site } from './site.ts'

const token = 'eyJhbGciOiJub25lIn0.e2e-token-of-the-robot.c2lnbmF0dXJl'

/** A site behind HTTPS whose server takes one token; the role is what that token is good for. */
async function secureSite(role: string): Promise<{ site: Site; authority: string }> {
  const authority = await makeAuthority()
  const tls = await makeServerCertificate(authority)
  const tokens = new Map([[token, { vo: 'e2e', role, name: 'Robot' }]])
  return { site: await openSite({ front: { tls, tokens } }), authority: authority.cert }
}

/** The options and the environment that name a CA directory and the token. */
async function credentials(site: Site, authority: string, role: string) {
  const [directory, tokenFile] = [join(site.directory, 'certificates'), join(site.directory, 'token')]
  await mkdir(directory)
  await writeFile(join(directory, 'ca.pem'), authority)
  await writeFile(tokenFile, token, { mode: 0o600 })
  const environment = { OIDC_AUTH_TOKEN: tokenFile, OIDC_AUTH_ORIGIN: `e2e.${role}` }
  return [['--capath', directory, '-v', '1'], environment] as const
}

describe.concurrent('over HTTPS', () => {
  it('a job is taken with a CA directory and a token, its transform comes from the same server', async () => {
    const { site, authority } = await secureSite('production')
    await using _ = site
    const id = site.offer({ outputs: ['out.data'], pars: 'write out.data content' })
    const pilot = site.pilot(...(await credentials(site, authority, 'production')))
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'finished' })
  })

  it('a server whose certificate nobody of the CA directory signed is not talked to: exit 79, no job taken', async () => {
    const { site } = await secureSite('production')
    await using _ = site
    const id = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot(...(await credentials(site, (await makeAuthority()).cert, 'production')))
    expect((await pilot.ended()).exitCode).toBe(79)
    expect(historyOf(site.panda, id)).toEqual([])
    expect(site.calls).toEqual([])
    expect(pilot.stderr()).toMatch(/certificate/)
    expect(pilot.stderr()).not.toContain(token)
  })

  it('a server that refuses the role of the token ends the pilot: exit 79, no job taken', async () => {
    const { site, authority } = await secureSite('pilot')
    await using _ = site
    const id = site.offer({ pars: 'exit 0' })
    const [options, environment] = await credentials(site, authority, 'pilot')
    const pilot = site.pilot([...options, '-j', 'managed'], environment)
    expect((await pilot.ended()).exitCode).toBe(79)
    expect(historyOf(site.panda, id)).toEqual([])
    expect(pilot.stderr()).toContain('no production/pilot role')
  })
})

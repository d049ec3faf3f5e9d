import { describe, expect, it } from 'vitest'
import { localUser, standinWorld } from './standin-world.ts'

const pem =
  '-----BEGIN CERTIFICATE-----\nMIIcert\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMIIkey\n-----END PRIVATE KEY-----\n'
const token = 'eyJhbGci.eyJzdWIi.c2lnbmF0dXJl'

describe.each(['v1', 'legacy'] as const)('credentials in the %s dialect', (dialect) => {
  it('are given to who may have them, and hidden before anybody sees them', async () => {
    const { panda, server, log } = await standinWorld(dialect)
    panda.vault.letters.set(localUser, 'ptk')
    panda.vault.proxies.set('atlpilo2', pem)
    panda.vault.tokens.set('pilot_server', token)
    panda.vault.tokenKeys.set('pilot_server', 'key-of-the-token')
    panda.vault.keys.set('pub', 'public text').set('priv', 'private text')
    panda.vault.secrets.set(localUser, { rucio: 'rucio password', other: 'not asked for' })

    expect(await server.proxy({ role: '', dn: 'atlpilo2' })).toEqual({ kind: 'done', value: pem })
    expect(await server.tokenKey('pilot_server')).toEqual({ kind: 'done', value: 'key-of-the-token' })
    const request = { clientName: 'pilot_server', tokenKey: 'key-of-the-token' }
    expect(await server.accessToken(request)).toEqual({ kind: 'done', value: token })
    const pair = { publicKey: 'public text', privateKey: 'private text' }
    expect(await server.keyPair('pub', 'priv')).toEqual({ kind: 'done', value: pair })
    expect(await server.userSecrets(['rucio'])).toEqual({ kind: 'done', value: { rucio: 'rucio password' } })

    const secrets = ['MIIkey', token, 'key-of-the-token', 'private text', 'rucio password']
    expect(log.hidden).toEqual(expect.arrayContaining(secrets))
    for (const secret of secrets) expect(log.lines.join('\n')).not.toContain(secret)
  })

  it('are refused to who may not: asking again is no use', async () => {
    const { server } = await standinWorld(dialect)
    for (const answer of [
      await server.proxy({ role: '', dn: undefined }),
      await server.accessToken({ clientName: 'pilot_server', tokenKey: undefined }),
      await server.tokenKey('pilot_server'),
      await server.keyPair('pub', 'priv'),
    ]) {
      expect(answer).toMatchObject({ kind: 'refused', text: expect.stringMatching(/not in|not authorized/) })
    }
  })

  it('that the server lost may come back: unknown; a wrong or missing key does not: refused', async () => {
    const { panda, server } = await standinWorld(dialect)
    panda.vault.letters.set(localUser, 'ptk')
    panda.vault.tokenKeys.set('pilot_server', 'right')
    expect(await server.proxy({ role: '', dn: 'atlpilo2' })).toMatchObject({ kind: 'unknown' })
    expect(await server.accessToken({ clientName: 'pilot_server', tokenKey: 'right' })).toMatchObject({
      kind: 'unknown',
    })
    expect(await server.accessToken({ clientName: 'pilot_server', tokenKey: 'wrong' })).toMatchObject({
      kind: 'refused',
    })
    expect(await server.tokenKey('nobody')).toMatchObject({ kind: 'refused' })
    expect(await server.keyPair('pub', 'priv')).toMatchObject({ kind: 'refused' })
  })

  it('no secret is asked for by no name, and secrets that are not there are left out', async () => {
    const { server, calls } = await standinWorld(dialect)
    expect(await server.userSecrets([])).toEqual({ kind: 'done', value: {} })
    expect(calls).toEqual([])
    expect(await server.userSecrets(['none'])).toEqual({ kind: 'done', value: {} })
  })

  it.each(['half', 'reset', 'html', 'code'] as const)('a fault (%s) leaves every outcome unknown', async (kind) => {
    const { server, faults } = await standinWorld(dialect)
    const fault = kind === 'code' ? { kind, code: 10 as const } : { kind }
    faults.push(...Array(8).fill(fault))
    expect(await server.proxy({ role: '', dn: undefined })).toMatchObject({ kind: 'unknown' })
    expect(await server.tokenKey('x')).toMatchObject({ kind: 'unknown' })
    expect(await server.userSecrets(['x'])).toMatchObject({ kind: 'unknown' })
  })
})

import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { findCredentials, readCredential, secretTexts } from '../../src/server/credentials.ts'
import { temporaryDirectory } from './temporary.ts'

const key = [
  '-----BEGIN PRIVATE KEY-----',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49',
  'AwEHBG0wawIBAQQg',
  '-----END PRIVATE KEY-----',
]
const pem = ['-----BEGIN CERTIFICATE-----', 'MIIB9TCCAZugAwIBAgIU', '-----END CERTIFICATE-----', ...key, ''].join('\n')

type Environment = Record<string, string | undefined>
const found = (environment: Environment, more: object = {}) =>
  findCredentials({ environment, userId: undefined, ...more })

describe('where credentials are found', () => {
  let here: string
  beforeEach(async () => {
    here = await temporaryDirectory()
    for (const name of ['auth', 'source', 'work', 'home', 'ca']) await mkdir(join(here, name))
  })
  const put = async (name: string, text = 'token') => {
    await writeFile(join(here, name), text)
    return join(here, name)
  }

  it('the proxy of the option goes before the one of the environment', async () => {
    const [option, environment] = [await put('option'), await put('environment')]
    expect((await found({ X509_USER_PROXY: environment }, { proxyFile: option })).proxyFile).toBe(option)
    expect((await found({ X509_USER_PROXY: environment }, { proxyFile: join(here, 'none') })).proxyFile).toBe(
      environment,
    )
    expect((await found({ X509_USER_PROXY: join(here, 'none') })).proxyFile).toBeUndefined()
  })

  it('the directory of the authorities: option, then environment', async () => {
    const directory = join(here, 'ca')
    expect((await found({ X509_CERT_DIR: directory })).caDirectory).toBe(directory)
    expect((await found({ X509_CERT_DIR: here }, { caDirectory: directory })).caDirectory).toBe(directory)
    expect((await found({ X509_CERT_DIR: directory }, { caDirectory: join(here, 'none') })).caDirectory).toBe(directory)
  })

  it('a token’s name is looked for beside the auth directory’s last slash, then source, work and home', async () => {
    const environment: Environment = {
      PANDA_AUTH_TOKEN: 'token',
      PILOT_SOURCE_DIR: join(here, 'source'),
      PILOT_WORK_DIR: join(here, 'work'),
      HOME: join(here, 'home'),
    }
    expect((await found(environment)).tokenFile).toBeUndefined()
    for (const name of ['home/token', 'work/token', 'source/token']) {
      const path = await put(name)
      expect((await found(environment)).tokenFile).toBe(path)
    }
    const inside = await put('auth/token')
    expect((await found({ ...environment, PANDA_AUTH_DIR: `${here}/auth/` })).tokenFile).toBe(inside)
    expect((await found({ ...environment, OIDC_AUTH_DIR: `${here}/auth/x` })).tokenFile).toBe(inside)
    expect((await found({ ...environment, X509_USER_PROXY: `${here}/auth/proxy` })).tokenFile).toBe(inside)
  })

  it('a refreshed token goes before the first one, and the OIDC names before PANDA’s', async () => {
    const [first, second, refreshed] = [await put('first'), await put('second'), await put('refreshed')]
    const environment = { OIDC_AUTH_TOKEN: first, PANDA_AUTH_TOKEN: second }
    expect((await found(environment)).tokenFile).toBe(first)
    expect((await found({ ...environment, OIDC_REFRESHED_AUTH_TOKEN: refreshed })).tokenFile).toBe(refreshed)
    expect((await found({ ...environment, OIDC_REFRESHED_AUTH_TOKEN: join(here, 'not yet') })).tokenFile).toBe(first)
  })

  it('the version changes when a file is rewritten, replaced, or touched, and only then', async () => {
    const proxy = await put('proxy', 'aaaa')
    const version = async () => (await found({ X509_USER_PROXY: proxy })).version
    const before = await version()
    expect(await version()).toBe(before)
    await put('proxy', 'bbbbb')
    const rewritten = await version()
    expect(rewritten).not.toBe(before)
    await utimes(proxy, 1, 1)
    expect(await version()).not.toBe(rewritten)
  })

  it('a directory is no proxy and a file no directory of authorities', async () => {
    expect((await found({ X509_USER_PROXY: here })).proxyFile).toBeUndefined()
    expect((await found({}, { caDirectory: await put('file') })).caDirectory).not.toBe(join(here, 'file'))
  })
})

describe('what a credential holds', () => {
  let here: string
  beforeEach(async () => {
    here = await temporaryDirectory()
  })
  const none = { caDirectory: undefined, tokenFile: undefined, proxyFile: undefined, version: '' }
  const origin = { PANDA_AUTH_ORIGIN: 'atlas.pilot' }
  const file = async (text: string) => {
    await writeFile(join(here, 'file'), text)
    return join(here, 'file')
  }

  it('a token without its line end, for its origin', async () => {
    const tokenFile = await file('abc.def\n')
    expect(await readCredential({ ...none, tokenFile }, origin)).toEqual({
      kind: 'token',
      file: tokenFile,
      token: 'abc.def',
      origin: 'atlas.pilot',
    })
  })

  it('a token goes before a proxy; without an origin the proxy is used', async () => {
    const path = await file(pem)
    const both = { ...none, tokenFile: path, proxyFile: path }
    expect((await readCredential(both, {})).kind).toBe('proxy')
    expect((await readCredential({ ...both, tokenFile: await file('abc') }, origin)).kind).toBe('token')
  })

  it('two words are no token: they would break the header', async () => {
    const tokenFile = await file('abc\nX-Evil: yes')
    expect(await readCredential({ ...none, tokenFile }, origin)).toMatchObject({
      kind: 'none',
      problem: expect.stringContaining(tokenFile),
    })
  })

  it('what is missing is said', async () => {
    expect(await readCredential(none, {})).toMatchObject({ problem: expect.stringContaining('X509_USER_PROXY') })
    const tokenFile = await file('abc')
    expect(await readCredential({ ...none, tokenFile }, {})).toMatchObject({
      problem: expect.stringContaining('PANDA_AUTH_ORIGIN'),
    })
    expect(await readCredential({ ...none, proxyFile: join(here, 'gone') }, {})).toMatchObject({
      problem: expect.stringContaining('ENOENT'),
    })
    expect(await readCredential({ ...none, proxyFile: await file('x'.repeat(1 << 21)) }, {})).toMatchObject({
      problem: expect.stringContaining('too large'),
    })
  })

  it('its secret texts are the token, or every line of the key and nothing of the certificate', async () => {
    expect(secretTexts({ kind: 'token', file: 't', token: 'abc.def', origin: 'x' })).toEqual(['abc.def'])
    expect(secretTexts({ kind: 'proxy', file: 'p', pem })).toEqual([key[1], key[2]])
    expect(secretTexts({ kind: 'none', problem: '' })).toEqual([])
  })
})

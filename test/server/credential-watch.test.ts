import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerAnswer } from '../../src/server/answer-port.ts'
import { type CredentialWatchOptions, createCredentialWatch } from '../../src/server/credential-watch.ts'
import { type RememberingLog, rememberingLog } from './examples.ts'
import { jwt, madeCertificate, now, proxyText } from './made-certificates.ts'
import { temporaryDirectory } from './temporary.ts'

const [minute, hour] = [60_000, 3_600_000]

let proxies: Record<'hundredHours' | 'twoHours' | 'expired' | 'early', string>
beforeAll(async () => {
  const made = async (from: number, until: number) => proxyText(await madeCertificate('robot', { from, until }))
  proxies = {
    hundredHours: await made(-hour, 100 * hour),
    twoHours: await made(-hour, 2 * hour),
    expired: await made(-2 * hour, -hour),
    early: await made(hour, 100 * hour),
  }
})

let here: string
let log: RememberingLog
let time: number
let answers: ServerAnswer<string>[]
let asked: unknown[]
beforeEach(async () => {
  here = await temporaryDirectory()
  log = rememberingLog()
  time = now
  answers = []
  asked = []
})
const put = async (name: string, text: string): Promise<string> => {
  await writeFile(join(here, name), text)
  return join(here, name)
}

function watch(environment: Record<string, string>, more: Partial<CredentialWatchOptions> = {}) {
  const give = async (request: unknown): Promise<ServerAnswer<string>> => {
    asked.push(request)
    return answers.shift() ?? { kind: 'refused', text: 'no letter p' }
  }
  return createCredentialWatch({
    sources: { environment, userId: undefined },
    secure: true,
    verify: true,
    renewsTokens: () => true,
    server: () => ({ proxy: give, accessToken: give }),
    proxyRole: '',
    now: () => time,
    log,
    ...more,
  })
}

describe('before a job is asked for', () => {
  it.each([
    ['hundredHours', 'good', undefined],
    ['twoHours', 'short', 'PROXYTOOSHORT'],
    ['expired', 'expired', 'CERTIFICATEHASEXPIRED'],
    ['early', 'unusable', 'NOPROXY'],
  ] as const)('a proxy of this life, %s, is %s', async (which, kind, name) => {
    const file = await put('proxy', proxies[which])
    const state = await watch({ X509_USER_PROXY: file }).beforeJob()
    expect(state).toMatchObject(name === undefined ? { kind } : { kind, name, text: expect.stringContaining(file) })
    expect(asked).toEqual([])
  })

  it('72 h less 20 min are enough, one second less is not', async () => {
    const care = watch({ X509_USER_PROXY: await put('proxy', proxies.hundredHours) })
    time = now + 28 * hour + 20 * minute
    expect(await care.beforeJob()).toEqual({ kind: 'good', secondsLeft: 71 * 3600 + 40 * 60 })
    time += 1000
    expect(await care.beforeJob()).toMatchObject({ kind: 'short', name: 'PROXYTOOSHORT' })
  })

  it('no credential at all is missing; over plain http none is needed', async () => {
    expect(await watch({}).beforeJob()).toMatchObject({ kind: 'missing', name: 'NOPROXY' })
    expect(await watch({}, { secure: false }).beforeJob()).toMatchObject({ kind: 'good' })
  })

  it('a truncated proxy is unusable, and good again when it is replaced', async () => {
    const file = await put('proxy', proxies.hundredHours.slice(0, 300))
    const care = watch({ X509_USER_PROXY: file })
    expect(await care.beforeJob()).toMatchObject({ kind: 'unusable', text: expect.stringContaining('cut off') })
    await rename(await put('next', proxies.hundredHours), file)
    expect(await care.beforeJob()).toMatchObject({ kind: 'good' })
  })

  it.skipIf(process.getuid?.() === 0)('a proxy of another user’s, which may not be read, is unusable', async () => {
    const file = join(here, 'proxy')
    await writeFile(file, proxies.hundredHours, { mode: 0 })
    expect(await watch({ X509_USER_PROXY: file }).beforeJob()).toMatchObject({ kind: 'unusable' })
  })

  it('a named proxy counts beside a token and over plain http: the copytools use it', async () => {
    const [proxy, token] = [await put('proxy', proxies.expired), await put('token', jwt({}))]
    const environment = { X509_USER_PROXY: proxy, OIDC_AUTH_TOKEN: token, OIDC_AUTH_ORIGIN: 'vo.role' }
    expect(await watch(environment).beforeJob()).toMatchObject({ kind: 'expired' })
    expect(await watch({ X509_USER_PROXY: proxy }, { secure: false }).beforeJob()).toMatchObject({ kind: 'expired' })
  })

  it('without verification nothing is found', async () => {
    expect(await watch({}, { verify: false }).beforeJob()).toMatchObject({ kind: 'good' })
    expect(await watch({}, { verify: false }).duringJob()).toMatchObject({ kind: 'good' })
  })
})

describe('a token', () => {
  const claims = (until: number, from = -hour) =>
    jwt({ sub: 'robot', exp: (now + until) / 1000, nbf: (now + from) / 1000 })
  const environment = async (token: string) => ({
    OIDC_AUTH_TOKEN: await put('token', token),
    OIDC_AUTH_ORIGIN: 'vo.role',
    PANDA_AUTH_TOKEN_KEY: await put('key', 'the-key\n'),
  })

  it('that is good for more than 40 min is left as it is', async () => {
    const care = watch(await environment(claims(40 * minute)))
    expect(await care.beforeJob()).toEqual({ kind: 'good', secondsLeft: 2400 })
    expect(asked).toEqual([])
  })

  it('that ends sooner is renewed with its key by a rename, before the job is asked for', async () => {
    const given = await environment(claims(39 * minute))
    answers.push({ kind: 'done', value: claims(5 * hour) })
    expect(await watch(given).beforeJob()).toEqual({ kind: 'good', secondsLeft: 5 * 3600 })
    expect(asked).toEqual([{ clientName: 'pilot_server', tokenKey: 'the-key' }])
    expect(await readFile(given.OIDC_AUTH_TOKEN, 'utf8')).toBe(claims(5 * hour))
    for (const secret of ['the-key', claims(5 * hour)]) expect(log.lines.join('\n')).not.toContain(secret)
  })

  it('is renewed into the file that is named for the refreshed one', async () => {
    const given = { ...(await environment(claims(minute))), OIDC_REFRESHED_AUTH_TOKEN: join(here, 'refreshed') }
    answers.push({ kind: 'done', value: claims(5 * hour) })
    expect(await watch(given).beforeJob()).toMatchObject({ kind: 'good', secondsLeft: 5 * 3600 })
    expect(await readFile(given.OIDC_AUTH_TOKEN, 'utf8')).toBe(claims(minute))
  })

  it('is not renewed when that was switched off, or without a key', async () => {
    const given = await environment(claims(minute))
    expect(await watch(given, { renewsTokens: () => false }).beforeJob()).toMatchObject({ kind: 'good' })
    expect(await watch({ ...given, PANDA_AUTH_TOKEN_KEY: '' }).beforeJob()).toMatchObject({ kind: 'good' })
    expect(asked).toEqual([])
  })

  it('that cannot be renewed is used to its end, asked for again only after 600 s, then expired', async () => {
    const care = watch(await environment(claims(15 * minute)))
    for (const at of [0, 9.9 * minute, 10 * minute]) {
      time = now + at
      expect(await care.beforeJob()).toMatchObject({ kind: 'good' })
    }
    expect(asked).toHaveLength(2)
    expect(log.lines.filter((line) => line.startsWith('warning'))).toEqual(
      Array(2).fill(expect.stringContaining('no letter p')),
    )
    time = now + 15 * minute
    expect(await care.beforeJob()).toMatchObject({ kind: 'expired', name: 'CERTIFICATEHASEXPIRED' })
    expect(await care.duringJob()).toMatchObject({ kind: 'good' })
  })

  it('that ends no later than the old one, or is none, replaces nothing', async () => {
    const given = await environment(claims(20 * minute))
    answers.push({ kind: 'done', value: claims(20 * minute) }, { kind: 'done', value: 'two words' })
    const care = watch(given)
    await care.beforeJob()
    time = now + 10 * minute
    await care.beforeJob()
    expect(log.lines.join('\n')).toMatch(/ends no later(.|\n)*not one word/)
    expect(await readFile(given.OIDC_AUTH_TOKEN, 'utf8')).toBe(claims(20 * minute))
  })

  it('that does not tell its end is renewed every hour', async () => {
    const care = watch(await environment('opaque'))
    for (let passed = 0; passed <= 2 * hour; passed += 10 * minute) {
      time = now + passed
      answers = [{ kind: 'done', value: `opaque-${passed}` }]
      await care.beforeJob()
    }
    expect(asked).toHaveLength(3)
  })

  it('whose life begins within five minutes is taken for good, later not', async () => {
    expect(await watch(await environment(claims(hour, 4 * minute))).beforeJob()).toMatchObject({ kind: 'good' })
    expect(await watch(await environment(claims(hour, 6 * minute))).beforeJob()).toMatchObject({
      kind: 'unusable',
      name: 'NOPROXY',
      text: expect.stringContaining('clock'),
    })
  })

  it('whose directory cannot be written stays, and that is said', async () => {
    const given = { ...(await environment(claims(minute))), OIDC_REFRESHED_AUTH_TOKEN: join(here, 'none/refreshed') }
    answers.push({ kind: 'done', value: claims(5 * hour) })
    expect(await watch(given).beforeJob()).toMatchObject({ kind: 'good', secondsLeft: 60 })
    expect(log.lines.join('\n')).toMatch(/could not be renewed.*ENOENT/)
  })
})

describe('while jobs run', () => {
  it('a proxy with less than 40 min is renewed, once for all jobs', async () => {
    const file = await put('proxy', proxies.twoHours)
    const care = watch({ X509_USER_PROXY: file })
    expect(await care.duringJob()).toMatchObject({ kind: 'good' })
    expect(asked).toEqual([])
    time = now + 81 * minute
    answers.push({ kind: 'done', value: proxies.hundredHours })
    await Promise.all([care.duringJob(), care.duringJob(), care.duringJob()])
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toBe(proxies.hundredHours))
    expect(asked).toEqual([{ role: '', dn: undefined }])
    expect(await care.duringJob()).toMatchObject({ kind: 'good', secondsLeft: 100 * 3600 - 81 * 60 })
  })

  it('one that is refused again and again ends the jobs 10 min before its end; expired it is 1373', async () => {
    const care = watch({ X509_USER_PROXY: await put('proxy', proxies.twoHours) })
    const found: [minutesLeft: number, name: string][] = []
    for (let left = 45; left >= 0; left -= 5) {
      time = now + 2 * hour - left * minute
      const state = await care.duringJob()
      if (state.kind !== 'good') found.push([left, state.name])
    }
    await vi.waitFor(() => expect(log.lines.filter((line) => line.includes('could not be renewed'))).toHaveLength(4))
    expect(found).toEqual([
      [5, 'NOVOMSPROXY'],
      [0, 'CERTIFICATEHASEXPIRED'],
    ])
  })

  it('one that is broken for 10 min ends them; one that is broken for a moment does not', async () => {
    const file = await put('proxy', proxies.hundredHours)
    const care = watch({ X509_USER_PROXY: file })
    await writeFile(file, 'half')
    expect(await care.duringJob()).toMatchObject({ kind: 'good' })
    await writeFile(file, proxies.hundredHours)
    time = now + 5 * minute
    expect(await care.duringJob()).toMatchObject({ kind: 'good' })
    await writeFile(file, 'half')
    time = now + 11 * minute
    expect(await care.duringJob()).toMatchObject({ kind: 'good' })
    time = now + 21 * minute
    expect(await care.duringJob()).toMatchObject({ kind: 'unusable', name: 'NOPROXY' })
    expect(log.lines).toHaveLength(2)
  })

  it('nothing is asked before the server is known', async () => {
    const care = watch({ X509_USER_PROXY: await put('proxy', proxies.twoHours) }, { server: () => undefined })
    time = now + 90 * minute
    await care.duringJob()
    await vi.waitFor(() => expect(log.lines.join('\n')).toContain('not known yet'))
  })
})

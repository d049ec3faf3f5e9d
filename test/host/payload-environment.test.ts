import { expect, test } from 'vitest'
import { payloadEnvironment } from '../../src/host/payload-environment.ts'
import type { AttemptNr, PandaId } from '../../src/job/ids.ts'

const queue = { resource: 'SITE_RESOURCE', environ: {} }
const job = { pandaId: 4711 as PandaId, attemptNr: 2 as AttemptNr, taskId: 99, coreCount: 1 }

test('no credential of the pilot reaches the payload', () => {
  const secrets = {
    X509_USER_PROXY: '/tmp/x509up',
    X509_USER_KEY: '/k',
    OIDC_AUTH_TOKEN: 'token-file',
    PANDA_AUTH_TOKEN: 'token-file',
    PANDA_AUTH_TOKEN_KEY: 'key-file',
    OIDC_REFRESHED_AUTH_TOKEN: '/t',
    OIDC_AUTH_DIR: '/d',
    PANDA_AUTH_ORIGIN: 'vo',
    BEARER_TOKEN_FILE: '/t',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ACCESS_KEY_ID: 'i',
    DB_PASSWORD: 'p',
    api_key: 'k',
    GOOGLE_APPLICATION_CREDENTIALS: '/c',
    SSH_AUTH_SOCK: '/s',
  }
  const environment = payloadEnvironment({ ...secrets, PATH: '/bin' }, queue, job, {})
  expect(Object.keys(secrets).filter((name) => name in environment)).toEqual([])
  expect(environment.PATH).toBe('/bin')
})

test("neither does the pilot's own state, nor the mark of a payload it runs in itself", () => {
  const state = {
    NODE_OPTIONS: '--max-old-space-size=50',
    NODE_COMPILE_CACHE: '/c',
    npm_config_prefix: '/n',
    PILOT_HOME: '/h',
    SERVER_UPDATE: 'RUNNING',
    RUCIO_ACCOUNT: 'pilot',
    PANDA_PILOT_PAYLOAD: 'outer',
  }
  const environment = payloadEnvironment(state, queue, job, {})
  expect(Object.keys(state).filter((name) => name in environment)).toEqual([])
})

test("how the pilot's own threads share memory is not the payload's way; what the site says of that is", () => {
  const ofTheSite = payloadEnvironment({ MALLOC_ARENA_MAX: '4' }, queue, job, {})
  expect(ofTheSite.MALLOC_ARENA_MAX).toBe('4')
  const ours = { MALLOC_ARENA_MAX: '1', PILOT_SET_MALLOC_ARENA_MAX: '1' }
  expect(payloadEnvironment(ours, queue, job, {})).not.toHaveProperty('MALLOC_ARENA_MAX')
  const environ = { MALLOC_ARENA_MAX: '8' }
  expect(payloadEnvironment(ours, { ...queue, environ }, job, {}).MALLOC_ARENA_MAX).toBe('8')
})

test('what the site set stays: paths, proxies of the network, shell functions, words like KEYBOARD', () => {
  const site = {
    X509_CERT_DIR: '/certs',
    http_proxy: 'http://squid:3128',
    'BASH_FUNC_module%%': '() { :; }',
    KEYBOARD: 'us',
  }
  expect(payloadEnvironment({ ...site, UNSET: undefined }, queue, job, {})).toMatchObject(site)
})

test('the identity of the job is there and nobody overrides it', () => {
  const own = { PandaID: '1', TZ: 'Europe/Zurich' }
  const environ = { PandaID: '2', PANDA_RESOURCE: 'OTHER', SITE_FLAG: 'queue', 'bad-name': 'x' }
  const environment = payloadEnvironment(own, { ...queue, environ }, job, { PandaID: '3', SITE_FLAG: 'plan' })
  expect(environment).toEqual({
    TZ: 'UTC',
    PANDA_RESOURCE: 'SITE_RESOURCE',
    PANDAID: '4711',
    PandaID: '4711',
    PanDA_TaskID: '99',
    PanDA_AttemptNr: '2',
    SITE_FLAG: 'plan',
  })
  expect(payloadEnvironment({}, queue, { ...job, taskId: undefined }, {}).PanDA_TaskID).toBe('unknown')
})

test('a job of several cores is told how many; the number of the site wins', () => {
  const many = { ...job, coreCount: 8 }
  expect(payloadEnvironment({}, queue, many, {})).toMatchObject({ ATHENA_PROC_NUMBER: '8', ATHENA_CORE_NUMBER: '8' })
  expect(payloadEnvironment({ ATHENA_PROC_NUMBER: '4' }, queue, many, {})).toMatchObject({
    ATHENA_PROC_NUMBER: '4',
    ATHENA_CORE_NUMBER: '4',
  })
  expect(payloadEnvironment({}, queue, job, {})).not.toHaveProperty('ATHENA_PROC_NUMBER')
})

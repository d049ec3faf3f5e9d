import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { bulkUpdate } from '../../src/server/calls/bulk-update.ts'
import { accessTokenCall, keyPairCall, proxyCall, tokenKeyCall } from '../../src/server/calls/credentials.ts'
import { acquireRangesCall, rangesLeftCall } from '../../src/server/calls/event-ranges.ts'
import { eventStatesCall } from '../../src/server/calls/event-states.ts'
import { updateRangeCall, updateRangesCall } from '../../src/server/calls/event-updates.ts'
import { jobCommandsCall } from '../../src/server/calls/job-commands.ts'
import { resourceTypesCall } from '../../src/server/calls/resource-types.ts'
import { userSecretsCall } from '../../src/server/calls/user-secrets.ts'
import type { Reply } from '../../src/server/exchange.ts'
import { createJobServer } from '../../src/server/panda-server.ts'
import type { Verdict } from '../../src/server/verdict.ts'
import { makeAuthority, makeClientCertificate, makeServerCertificate } from '../../src/standin/certificate.ts'
import { reply } from './answers.ts'
import { identity, rememberingLog, running } from './examples.ts'
import { oneRange, v1Update } from './gotcha-tools.ts'
import { temporaryDirectory } from './temporary.ts'
import { startWebServer } from './web-server.ts'

const pool = { pandaId: 25 as PandaId, jobsetId: 9, taskId: 5, count: 1, scattered: false, segmentId: undefined }
const names = { publicKeyName: 'a', privateKeyName: 'b' }
const token = { clientName: 'c', tokenKey: undefined }

/** Every reader of both dialects, with a question to its answer. */
const readers: readonly ((answer: Reply) => Verdict<unknown>)[] = (['v1', 'legacy'] as const).flatMap((dialect) => [
  (answer: Reply) => proxyCall[dialect].read(answer, { role: '', dn: '' }),
  (answer: Reply) => accessTokenCall[dialect].read(answer, token),
  (answer: Reply) => tokenKeyCall[dialect].read(answer, 'c'),
  (answer: Reply) => keyPairCall[dialect].read(answer, names),
  (answer: Reply) => userSecretsCall[dialect].read(answer, ['a']),
  (answer: Reply) => resourceTypesCall[dialect].read(answer, null),
  (answer: Reply) => jobCommandsCall[dialect].read(answer, [1 as PandaId]),
  (answer: Reply) => acquireRangesCall[dialect].read(answer, pool),
  (answer: Reply) => rangesLeftCall[dialect].read(answer, pool),
  (answer: Reply) => updateRangeCall[dialect].read(answer, oneRange),
  (answer: Reply) => updateRangesCall[dialect].read(answer, { version: 0, results: [oneRange] }),
  (answer: Reply) => eventStatesCall[dialect].read(answer, []),
  (answer: Reply) => bulkUpdate[dialect].read(answer, [v1Update]),
])

describe('whatever a server answers', () => {
  it('no reader throws', () => {
    const bodies = fc.oneof(fc.string(), fc.json(), fc.uint8Array())
    fc.assert(
      fc.property(bodies, fc.constantFrom(200, 403, 500), (body, status) => {
        for (const read of readers) expect(read(reply(body, status)).kind).toBeTypeOf('string')
      }),
    )
  })

  it('success with other content is not taken for an answer', () => {
    // Secrets and states are dictionaries of any names: another dictionary is an answer that holds none of them.
    const open = new Set([4, 11])
    fc.assert(
      fc.property(fc.jsonValue(), (junk) => {
        const answer = reply(JSON.stringify({ success: true, message: '', data: { junk } }))
        const taken = readers.slice(0, 13).flatMap((read, at) => (read(answer).kind === 'done' ? [at] : []))
        expect(taken.filter((at) => !open.has(at))).toEqual([])
      }),
    )
  })

  it.each(['half an answer', '<html>Maintenance</html>', ''])('%j is unknown to every call', (body) => {
    for (const read of readers) expect(read(reply(body)).kind).toBe('unknown')
  })
})

it('a range verdict list of another length is no answer about these ranges', () => {
  const read = (returns: unknown) =>
    updateRangesCall.legacy.read(reply(JSON.stringify({ StatusCode: 0, Returns: returns, Command: {} })), {
      version: 0,
      results: [oneRange, oneRange],
    })
  expect(read([true, false])).toMatchObject({ value: { verdicts: ['taken', 'refused'], settled: true } })
  expect(read([true, null, false])).toMatchObject({ value: { verdicts: ['taken', 'skipped'], settled: false } })
  expect(read([false]).kind).toBe('unknown')
  expect(read([true, true, true]).kind).toBe('unknown')
})

it('a proxy is asked for with the proxy, everything else with the token', async () => {
  const here = await temporaryDirectory()
  const authority = await makeAuthority()
  const [certificate, robot] = await Promise.all([makeServerCertificate(authority), makeClientCertificate(authority)])
  await mkdir(join(here, 'ca'))
  await writeFile(join(here, 'ca/ca.pem'), authority.cert)
  await writeFile(join(here, 'proxy'), `${robot.cert}\n${robot.key}`)
  await writeFile(join(here, 'token'), 'secret.token.text')
  const web = await startWebServer(() => '{"success": true, "message": "", "data": {"user_proxy": "pem"}}', certificate)
  const server = createJobServer({
    url: web.url,
    port: 25443,
    dialect: 'v1',
    identity,
    credentials: {
      caDirectory: join(here, 'ca'),
      environment: {
        X509_USER_PROXY: join(here, 'proxy'),
        PANDA_AUTH_TOKEN: join(here, 'token'),
        PANDA_AUTH_ORIGIN: 'atlas.pilot',
      },
      userId: undefined,
    },
    userAgent: 'pilot/test',
    log: rememberingLog(),
  })
  onTestFinished(async () => {
    await server.close()
    await web.close()
  })
  await server.proxy({ role: '', dn: undefined })
  await server.accessToken({ clientName: 'pilot_server', tokenKey: undefined })
  const shown = web.received.map(({ client, headers }) => [client, headers.authorization])
  expect(shown).toEqual([
    ['Trial Pilot Robot', undefined],
    ['', 'Bearer secret.token.text'],
  ])
})

it('a field that is refused inside a bulk update is left out the next time', async () => {
  const refusal = { success: false, message: "Argument error: got an unexpected keyword argument 'node'", data: null }
  const good = { success: true, message: '', data: { StatusCode: 0, command: 'NULL' } }
  const answers = ({ body }: { body: string }) =>
    JSON.parse(body).job_list.map((job: object) => ('node' in job ? refusal : good))
  const web = await startWebServer((request) => JSON.stringify({ success: true, message: '', data: answers(request) }))
  const server = createJobServer({
    url: web.url,
    port: 25443,
    dialect: 'v1',
    identity,
    credentials: { environment: {}, userId: undefined },
    userAgent: 'pilot/test',
    log: rememberingLog(),
  })
  onTestFinished(async () => {
    await server.close()
    await web.close()
  })
  const kinds = async () => (await server.updateBulk([running(1), running(2)])).map(({ kind }) => kind)
  expect(await kinds()).toEqual(['unknown', 'unknown'])
  expect(await kinds()).toEqual(['accepted', 'accepted'])
})

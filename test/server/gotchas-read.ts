import { expect } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { proxyCall, tokenKeyCall } from '../../src/server/calls/credentials.ts'
import { acquireRangesCall } from '../../src/server/calls/event-ranges.ts'
import { updateRangeCall } from '../../src/server/calls/event-updates.ts'
import { resourceTypesCall } from '../../src/server/calls/resource-types.ts'
import { workerGpuCall, workerNodeCall } from '../../src/server/calls/workers.ts'
import { legacyDialect } from '../../src/server/legacy-dialect.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import { reply, v1Reply } from './answers.ts'
import { finished, request, running, starting } from './examples.ts'
import {
  bodyOf,
  connected,
  type Gotcha,
  good,
  legacyUpdate,
  node,
  oneRange,
  usualCalls,
  v1Update,
} from './gotcha-tools.ts'

const commandsIn = (body: string) => {
  const verdict = legacyDialect.readUpdate(reply(body), { ...legacyUpdate, fields: {} })
  return verdict.kind === 'done' ? verdict.value.commands.map(({ name }) => name) : verdict.kind
}
const pool = { pandaId: 25 as PandaId, jobsetId: 9, taskId: 5, count: 1, scattered: false, segmentId: undefined }

/** The traps in what a server answers, and those that are not the dialogue's. */
export const read: readonly Gotcha[] = [
  {
    number: 1,
    says: 'a server without getJob is known by its 403 and asked in v1',
    async proof() {
      const { web, server } = await connected(
        ({ path }) =>
          path.startsWith('/api')
            ? good
            : { status: 403, body: `ERROR : method ${path.split('/').at(-1)} is forbidden` },
        undefined,
      )
      expect(await server.update(starting(1))).toEqual({ kind: 'accepted', commands: [] })
      expect(web.received.at(-1)?.path).toBe('/api/v1/pilot/update_job')
    },
  },
  {
    number: 3,
    says: 'v1 JSON labelled text/plain is read',
    async proof() {
      const { server } = await connected(() => good)
      expect(await server.update(starting(1))).toMatchObject({ kind: 'accepted' })
    },
  },
  {
    number: 9,
    says: 'a job that we told to be finished may be holding, and is told so',
    proof() {
      expect(v1Update.fields.job_status).toBe('finished')
      const data = [{ job_id: 16, status: 'holding', attempt_number: 1 }]
      expect(v1Dialect.readJobStatus(v1Reply(true, '', data), [])).toMatchObject({ value: [{ status: 'holding' }] })
    },
  },
  {
    number: 10,
    says: 'NULL is a text and no command; alreadydone is known',
    proof() {
      expect(commandsIn('StatusCode=0&command=NULL')).toEqual([])
      expect(commandsIn('{"StatusCode": 0, "command": "alreadydone"}')).toEqual(['alreadydone'])
    },
  },
  {
    number: 11,
    says: 'debugoff is not debug',
    proof: () => expect(commandsIn('StatusCode=0&command=debugoff')).toEqual(['debugoff']),
  },
  {
    number: 12,
    says: 'tobekilled on a repeated final: the update counts as accepted',
    async proof() {
      const { server } = await connected(() => good.replace('NULL', 'tobekilled'))
      expect(await server.update(finished(1))).toMatchObject({ kind: 'accepted', commands: [{ name: 'tobekilled' }] })
    },
  },
  {
    number: 17,
    says: 'a role that v1 does not take is a refusal, not a failure that passes',
    proof: () =>
      expect(v1Dialect.readUpdate(v1Reply(false, 'production or pilot role required'), v1Update).kind).toBe('refused'),
  },
  {
    number: 19,
    says: 'success and StatusCode are two levels; an empty queue is success false',
    proof() {
      expect(v1Dialect.readUpdate(v1Reply(true, '', { StatusCode: 10 }), v1Update).kind).toBe('unknown')
      expect(v1Dialect.readUpdate(v1Reply(true, '', { StatusCode: 30 }), v1Update).kind).toBe('not-stored')
      expect(v1Dialect.readAcquire(v1Reply(false, 'No jobs in PanDA')).kind).toBe('nothing')
    },
  },
  {
    number: 20,
    says: 'legacy success without a command, where metadata was sent, is a failure',
    proof: () => expect(legacyDialect.readUpdate(reply('{"StatusCode": 0}'), legacyUpdate).kind).toBe('not-stored'),
  },
  {
    number: 22,
    says: 'missing, empty and NULL are alike',
    proof() {
      for (const body of ['StatusCode=0', 'StatusCode=0&command=', 'StatusCode=0&command=NULL']) {
        expect(commandsIn(body)).toEqual([])
      }
      expect(proxyCall.legacy.read(reply('{"StatusCode": 0, "userProxy": ""}'), { role: '', dn: '' }).kind).toBe(
        'unknown',
      )
    },
  },
  {
    number: 23,
    says: 'StatusCode is a number or a text',
    proof: () => expect(commandsIn('{"StatusCode": "0", "command": "softkill"}')).toEqual(['softkill']),
  },
  { number: 24, says: 'lists of one element', notOurs: 'definitions are read in job/, not in the dialogue' },
  { number: 25, says: 'md5 checksums', notOurs: 'checksums of inputs are read in job/ and checked by storage/' },
  {
    number: 26,
    says: 'a token comes as user_proxy; ranges come as a bare list, or as older clients expect them',
    proof() {
      const range = { eventRangeID: '1-2-3-4-5', startEvent: 1, lastEvent: 2, LFN: 'f', GUID: null, scope: null }
      for (const data of [[range], { StatusCode: 0, eventRanges: [range] }, JSON.stringify([range])]) {
        expect(acquireRangesCall.v1.read(v1Reply(true, '', data), pool)).toEqual({ kind: 'done', value: [range] })
      }
      expect(proxyCall.v1.read(v1Reply(true, '', { user_proxy: 'pem' }), { role: '', dn: '' })).toMatchObject({
        value: 'pem',
      })
    },
  },
  {
    number: 27,
    says: 'HTTP 500 after the commit is unknown and not repeated; an object store is never named',
    async proof() {
      const { web, server } = await connected(() => ({ status: 500, body: "unhashable type: 'list'" }))
      expect(await server.updateEventRanges({ version: 1, chunks: [] })).toMatchObject({ kind: 'unknown' })
      expect(web.received).toHaveLength(1)
      expect(await bodyOf(v1Dialect, updateRangeCall.v1.request(oneRange))).not.toContain('store')
    },
  },
  {
    number: 28,
    says: 'a busy GPU map is no failure (set_debug_mode is not called by pilots)',
    proof() {
      const busy = 'Another pilot was updating the worker node GPU'
      const gpu = { ...node, vendor: 'v', model: 'm', count: 1, vram: 1 }
      const more = { architecture: 'a', framework: 'f', frameworkVersion: '1', driverVersion: '1' }
      expect(workerGpuCall.v1.read(v1Reply(false, busy), { ...gpu, ...more }).kind).toBe('done')
      expect(workerNodeCall.v1.read(v1Reply(true, busy), node).kind).toBe('done')
    },
  },
  {
    number: 31,
    says: 'v1 paths are under /api/v1, errorDialog is read',
    proof() {
      for (const { path } of usualCalls(v1Dialect)) expect(path).toMatch(/^\/api\/v1\/pilot\//)
      const denied = tokenKeyCall.legacy.read(reply('{"StatusCode": 70, "errorDialog": "denied"}'), 'x')
      expect(denied).toMatchObject({ kind: 'refused', text: expect.stringContaining('denied') })
    },
  },
  {
    number: 32,
    says: 'an answer of bare text is read, and nothing is sent a second time',
    async proof() {
      const text = "Invalid worker state. The worker state has to be in ('started', 'finished')"
      const { web, server } = await connected(() => text, 'legacy')
      expect(await server.workerStatus('started')).toMatchObject({ kind: 'refused' })
      expect(web.received).toHaveLength(1)
    },
  },
  {
    number: 37,
    says: 'secrets are hidden as soon as they are read',
    async proof() {
      const data = { StatusCode: 0, command: 'debug', pilotSecrets: '{"name": "a-secret"}' }
      const { server, log } = await connected(() => JSON.stringify({ success: true, message: '', data }))
      expect(await server.update(running(1))).toMatchObject({ pilotSecrets: { texts: ['a-secret'] } })
      expect(log.hidden).toEqual(['a-secret'])
      expect(log.lines.join()).not.toContain('a-secret')
    },
  },
  {
    number: 38,
    says: 'a Python repr is unreadable, not an exception',
    proof() {
      const repr = `StatusCode=0&Returns=0&ResourceTypes=${encodeURIComponent("[{'mincore': None}]")}`
      expect(resourceTypesCall.legacy.read(reply(repr), null).kind).toBe('unknown')
      expect(v1Dialect.readUpdate(reply("{'success': True, 'data': None}"), v1Update).kind).toBe('unknown')
    },
  },
  { number: 39, says: 'pickled answers', notOurs: 'only calls of the old user interface have them' },
  {
    number: 40,
    says: 'a redirect is not followed',
    async proof() {
      const { web, server } = await connected(() => ({ status: 302, body: '' }))
      expect(await server.update(starting(1))).toMatchObject({ kind: 'unknown' })
      expect(web.received).toHaveLength(1)
    },
  },
  {
    number: 42,
    says: 'jobs whose answer was lost are not asked for again by the dialogue',
    async proof() {
      const { web, server } = await connected(() => good.slice(0, 40))
      expect(await server.acquire(request)).toMatchObject({ kind: 'unknown' })
      expect(web.received).toHaveLength(1)
    },
  },
]

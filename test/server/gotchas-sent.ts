import { expect } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { eventStatesCall } from '../../src/server/calls/event-states.ts'
import { updateRangeCall, updateRangesCall } from '../../src/server/calls/event-updates.ts'
import { workerNodeCall } from '../../src/server/calls/workers.ts'
import { legacyDialect } from '../../src/server/legacy-dialect.ts'
import { updateFields } from '../../src/server/update-fields.ts'
import { v1Dialect } from '../../src/server/v1-dialect.ts'
import { failed, finished, identity, request, running, starting } from './examples.ts'
import {
  bodyOf,
  connected,
  dialects,
  type Gotcha,
  good,
  legacyUpdate,
  node,
  oneRange,
  usualCalls,
  v1Update,
} from './gotcha-tools.ts'

/** The traps in what a pilot sends. */
export const sent: readonly Gotcha[] = [
  {
    number: 2,
    says: 'Content-Type and Accept are exactly application/json',
    async proof() {
      for (const dialect of dialects) {
        const { headers } = await dialect.encode(dialect.update(identity, running(1), 'all'))
        expect(headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' })
        expect((await dialect.encode(dialect.alive)).headers).toEqual({ accept: 'application/json' })
      }
    },
  },
  {
    number: 4,
    says: 'legacy JSON is gzip without Content-Encoding; v1 is plain, so it needs none',
    async proof() {
      const legacy = await legacyDialect.encode(legacyUpdate)
      expect(legacy.body?.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
      expect((await v1Dialect.encode(v1Update)).body?.toString('utf8', 0, 1)).toBe('{')
      for (const { headers } of [legacy, await v1Dialect.encode(v1Update)]) {
        expect(headers).not.toHaveProperty('content-encoding')
      }
    },
  },
  {
    number: 5,
    says: 'a body comes with its length, never in chunks',
    async proof() {
      const { web, server } = await connected(() => good)
      await server.update(finished(1))
      expect(web.received[0]?.headers).toMatchObject({ 'content-length': String(web.received[0]?.raw.length) })
      expect(web.received[0]?.headers).not.toHaveProperty('transfer-encoding')
    },
  },
  {
    number: 6,
    says: 'floats have a decimal point, ints have none',
    async proof() {
      const text = await bodyOf(v1Dialect, workerNodeCall.v1.request(node))
      expect(text).toContain('"clock_speed":2200.0,"total_memory":257000,')
      expect(await bodyOf(v1Dialect, updateRangeCall.v1.request(oneRange))).toContain('"cpu_consumption_time":5.0')
      expect(await bodyOf(v1Dialect, v1Dialect.update(identity, running(1), 'all'))).toContain('"mean_core_count":8,')
      expect(await bodyOf(v1Dialect, v1Dialect.acquire(identity, request))).toContain('"memory":16000,')
    },
  },
  {
    number: 7,
    says: 'worker_id is an int in acquire_jobs; one that is no number is left out',
    proof() {
      expect(v1Dialect.acquire(identity, request).fields.worker_id).toBe(12)
      expect(v1Dialect.acquire({ ...identity, workerId: 'w-12' }, request).fields).not.toHaveProperty('worker_id')
      const worker = { harvesterId: 'h', workerId: 'w-12' }
      expect(v1Dialect.workerStatus(worker, identity, 'started').fields.worker_id).toBe('w-12')
    },
  },
  { number: 8, says: 'a PandaID is an int in v1', proof: () => expect(v1Update.fields.job_id).toBe(16) },
  {
    number: 13,
    says: 'times are texts in UTC',
    proof() {
      for (const { fields } of [v1Update, legacyUpdate]) {
        expect(fields.start_time ?? fields.startTime).toBe('2026-11-22 23:25:03')
        expect(fields.end_time ?? fields.endTime).toBe('2026-11-22 23:26:03')
      }
    },
  },
  {
    number: 14,
    says: 'what only legacy knows does not go to v1',
    proof() {
      const names = usualCalls(v1Dialect).flatMap(({ fields }) => Object.keys(fields))
      expect(names.filter((name) => name !== name.toLowerCase())).toEqual([])
      for (const name of ['timestamp', 'site', 'cpu', 'working_group', 'country_group'])
        expect(names).not.toContain(name)
    },
  },
  {
    number: 15,
    says: 'nothing is null',
    async proof() {
      for (const dialect of dialects) {
        for (const call of usualCalls(dialect)) expect(await bodyOf(dialect, call)).not.toContain('null')
      }
    },
  },
  {
    number: 16,
    says: 'legacy texts are texts, totR* are not sent',
    proof() {
      const { fields } = legacyDialect.update(identity, failed(16), 'all')
      for (const name of ['batchID', 'pilotErrorDiag', 'exeErrorDiag', 'jobMetrics', 'node', 'pilotID', 'jobId']) {
        expect(fields[name], name).toBeTypeOf('string')
      }
      expect(Object.keys(fields).filter((name) => /^tot/i.test(name))).toEqual([])
    },
  },
  {
    number: 18,
    says: 'rates, whose unit differs by 1024, are not sent',
    proof() {
      for (const { fields } of [v1Update, legacyUpdate]) {
        expect(Object.keys(fields).filter((name) => /^rate/i.test(name))).toEqual([])
      }
    },
  },
  {
    number: 21,
    says: 'JSON text in JSON in gzip',
    async proof() {
      const { xml } = JSON.parse(await bodyOf(legacyDialect, legacyUpdate))
      expect(JSON.parse(xml)['AOD.1.pool.root'].fsize).toBe(6)
      const report = { version: 0, results: [oneRange] } as const
      const { event_ranges } = JSON.parse(await bodyOf(v1Dialect, updateRangesCall.v1.request(report)))
      expect(JSON.parse(event_ranges)[0].eventRangeID).toBe(oneRange.eventRangeID)
    },
  },
  {
    number: 29,
    says: 'event states are asked for by both names of the job',
    async proof() {
      const call = eventStatesCall.v1.request([{ pandaId: 25 as PandaId, taskId: 500 }])
      if (typeof call === 'string') throw new Error(call)
      const [job] = JSON.parse(String(call.fields.job_task_ids))
      expect(job).toEqual({ task_id: 500, job_id: 25, panda_id: 25 })
    },
  },
  {
    number: 30,
    says: 'getStatus gets its ids as text',
    proof: () => expect(legacyDialect.jobStatus([9, 10] as PandaId[]).fields.ids).toBe('9 10'),
  },
  {
    number: 33,
    says: 'texts are cut in bytes, the debug text at its end',
    proof() {
      const stdout = `/job/payload.stdout\n${'ä'.repeat(3000)}end`
      const long = { ...identity, schedulerId: 'ä'.repeat(200), cpuConsumptionUnit: 'ä'.repeat(200) }
      const fields = updateFields(long, { ...running(1), stdout }, 'all')
      expect(Buffer.byteLength(String(fields.schedulerId))).toBe(128)
      expect(Buffer.byteLength(String(fields.cpuConsumptionUnit))).toBe(128)
      expect(Buffer.byteLength(String(fields.stdout))).toBeLessThanOrEqual(2048)
      expect(fields.stdout).toMatch(/^\/job\/payload\.stdout\nä+end$/)
      for (const dialect of dialects) {
        expect(dialect.update(identity, { ...running(1), stdout }, 'all').fields.stdout).toBe(fields.stdout)
      }
    },
  },
  {
    number: 34,
    says: 'a negative error code keeps its sign: it is sent as a number',
    proof() {
      const { final, ...update } = failed(1)
      if (final === undefined) throw new Error('it is final')
      const negative = { ...update, final: { ...final, pilotError: { code: -1137, text: 'x' } } }
      expect(v1Dialect.update(identity, negative, 'all').fields.pilot_error_code).toBe(-1137)
      expect(legacyDialect.update(identity, negative, 'all').fields.pilotErrorCode).toBe(-1137)
    },
  },
  {
    number: 35,
    says: 'batchID is the same in every update of a job',
    proof() {
      const ids = [starting(1), running(1), finished(1)].map(
        (update) => v1Dialect.update(identity, update, 'essential').fields.batch_id,
      )
      expect(ids).toEqual(Array(3).fill('slurm_42'))
    },
  },
  {
    number: 36,
    says: 'metadata goes with finished only',
    proof() {
      const carriers = [starting(1), running(1), failed(1), finished(1)].filter(
        (update) => updateFields(identity, update, 'all').metaData !== undefined,
      )
      expect(carriers.map(({ state }) => state)).toEqual(['finished'])
    },
  },
  {
    number: 41,
    says: 'the attempt of a job is not that of an event: a range goes back under the id it came with',
    async proof() {
      expect(v1Dialect.update(identity, starting(1, 2), 'all').fields.attempt_nr).toBe(2)
      expect(await bodyOf(v1Dialect, updateRangeCall.v1.request(oneRange))).toContain('"500-25-700025-1-3"')
    },
  },
]

import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/standin/dialect.ts'
import type { Fault } from '../../src/standin/front/faults.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import { openSite } from './site.ts'

const acquires = new Set(['pilot/acquire_jobs', 'getJob'])
const updates = new Set(['pilot/update_job', 'updateJob'])

/** What a report gets in place of its answer; the server may have taken it all the same. */
const troubles: readonly Fault[] = [
  { kind: 'html' },
  { kind: 'html', status: 503, performed: true },
  { kind: 'half' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 200, body: '', performed: true },
  { kind: 'reset' },
  { kind: 'reset', performed: true },
  { kind: 'code', code: 30 },
]

describe.concurrent('a server that answers a request for a job with anything but an answer', () => {
  const answers = [
    ['a page of a proxy', { kind: 'html' }],
    ['half of the job', { kind: 'half' }],
    ['an exception', { kind: 'status', status: 500, body: 'Traceback (most recent call last)' }],
    ['an empty text', { kind: 'status', status: 200, body: '' }],
    ['nothing', { kind: 'reset' }],
  ] as const satisfies readonly (readonly [string, Fault])[]
  for (const [what, fault] of answers) {
    it(`${what}: no job is run, none is reported, exit 79`, async () => {
      await using site = await openSite({ faults: ({ name }) => (acquires.has(name) ? fault : undefined) })
      const id = site.offer({ pars: 'exit 0' })
      const pilot = site.pilot(['-v', '1'])
      expect((await pilot.ended()).exitCode).toBe(79)
      expect(site.reported(id)).toEqual([])
      expect(pilot.events.map(({ type }) => type)).toEqual(['pilot.started', 'pilot.ended'])
      expect(pilot.stderr()).toContain('no answer to the request for a job')
    })
  }
})

describe.concurrent('a server that answers reports with anything but an answer', () => {
  for (const dialect of ['legacy', 'v1'] as const satisfies DialectName[]) {
    it(`has every outcome in the end, once (${dialect})`, async () => {
      const spoilt = new Set<string>()
      await using site = await openSite({
        dialects: [dialect],
        faults: ({ name, parameters }) => {
          const id = Number(parameters.job_id ?? parameters.jobId)
          const state = String(parameters.job_status ?? parameters.state)
          const report = `${id} ${state}`
          if (!updates.has(name) || state === 'running' || spoilt.has(report)) return undefined
          spoilt.add(report)
          return troubles[ids.indexOf(id)]
        },
      })
      const ids = troubles.map((_, index) =>
        site.offer({ outputs: [`out.${index}`], pars: `write out.${index} x exit ${index % 2}` }),
      )
      const pilot = site.pilot(['--concurrent-jobs', String(ids.length)])
      expect((await pilot.ended()).exitCode).toBe(0)
      for (const [index, id] of ids.entries()) {
        const outcome = index % 2 === 0 ? 'finished' : 'failed'
        expect(spoilt).toContain(`${id} ${outcome}`)
        expect(site.job(id)).toMatchObject({ outcome, errors: {}, fields: { transExitCode: index % 2 } })
        expect(historyOf(site.panda, id).filter(({ call }) => call === 'adder')).toHaveLength(1)
        expect(pilot.events).toContainEqual(
          expect.objectContaining({ type: 'job.update', pandaId: id, state: outcome, accepted: true }),
        )
      }
    })
  }
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/standin/dialect.ts'
import { adler32Of } from '../storage/adler32.ts'
import { unpack } from '../workers/unpack.ts'
import { openSite, queue, rse } from './site.ts'

describe.concurrent('a job with the option line of the issue', () => {
  for (const dialect of ['legacy', 'v1'] as const satisfies DialectName[]) {
    it(`ends finished at a server that speaks only the ${dialect} dialect`, async () => {
      await using site = await openSite({ dialects: [dialect] })
      const input = await site.input('in.data', 'eight quarks and a gluon')
      const id = site.offer({
        inputs: [input],
        outputs: ['out.data'],
        pars: 'say hello copy in.data out.data',
      })
      const pilot = site.plainPilot()

      expect((await pilot.ended()).exitCode).toBe(0)
      expect(pilot.stdout()).toBe('')
      expect(site.reported(id)).toEqual(['starting', 'running', 'finished'])

      const job = site.job(id)
      expect(job.outcome).toBe('finished')
      expect(job.errors).toEqual({})
      expect(job.fields).toMatchObject({ transExitCode: 0, pilotErrorCode: 0, exeErrorCode: 0, actualCoreCount: 1 })
      expect(job.fields.pilotTiming).toMatch(/^\d+(\|\d+){5}$/)
      expect(job.fields.pilotID).toMatch(/^unknown\|.*PR\|/)
      expect(job.startTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      expect(job.endTime?.localeCompare(job.startTime ?? '')).toBeGreaterThanOrEqual(0)

      const log = `job.${id}.log.tgz`
      const out = await readFile(join(site.launch, 'out.data'))
      const archive = await readFile(join(site.launch, log))
      expect(out.toString()).toBe('eight quarks and a gluon')
      const report: Record<string, object> = JSON.parse(job.report ?? '')
      expect(Object.keys(report).sort()).toEqual([log, 'out.data'])
      expect(report['out.data']).toMatchObject({ fsize: out.length, adler32: adler32Of(out).value, endpoint: rse })
      expect(report[log]).toMatchObject({
        fsize: archive.length,
        adler32: adler32Of(archive).value,
        guid: job.definition.logGUID,
      })

      const packed = await unpack(join(site.launch, log))
      const root = `tarball_PandaJob_${id}_${queue}`
      expect(packed.get(`${root}/payload.stdout`)?.content.toString()).toBe('hello\n')
      expect(packed.get(`${root}/pilotlog.txt`)?.content.toString()).toContain(`job ${id}`)
      expect([...packed.keys()].filter((name) => /in\.data|out\.data/.test(name))).toEqual([])
    })
  }
})

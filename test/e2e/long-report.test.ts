import { describe, expect, it, vi } from 'vitest'
import type { DialectName } from '../../src/standin/dialect.ts'
import { killPilot } from './pilot-run.ts'
import { openSite } from './site.ts'

/** Some 3 MB that the server gets whole, with texts that must be escaped. */
const report = {
  exitCode: 0,
  exitMsg: 'OK',
  files: {
    output: [
      {
        subFiles: Array.from({ length: 20_000 }, (_, n) => ({
          name: `HITS.38110001._${n}.pool.root`,
          comment: 'said "well", and thought \\ of η',
          nentries: 100,
        })),
      },
    ],
  },
}

describe.concurrent('a long job report', () => {
  it.each(['legacy', 'v1'] as const satisfies DialectName[])('reaches a %s server whole', async (dialect) => {
    await using site = await openSite({ dialects: [dialect] })
    const input = await site.input('written', JSON.stringify(report, undefined, 2))
    const id = site.offer({
      inputs: [input],
      outputs: ['out.data'],
      pars: 'copy written jobReport.json write out.data x',
    })
    expect((await site.pilot().ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'finished', errors: {} })
    expect(JSON.parse(site.job(id).metadata ?? '')).toEqual(report)
  })

  it('survives the pilot that wrote it', async () => {
    let finals = 0
    await using site = await openSite({
      faults: ({ parameters }) =>
        parameters.job_status === 'finished' && finals++ === 0 ? { kind: 'silence', performed: false } : undefined,
    })
    const input = await site.input('written', JSON.stringify(report))
    const id = site.offer({
      inputs: [input],
      outputs: ['out.data'],
      pars: 'copy written jobReport.json write out.data x',
    })
    const pilot = site.pilot()
    await vi.waitFor(() => expect(finals).toBe(1), 20_000)
    killPilot(pilot)
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id)).toMatchObject({ outcome: 'finished', errors: {} })
    expect(JSON.parse(site.job(id).metadata ?? '')).toEqual(report)
  })
})

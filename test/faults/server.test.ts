import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { JobCall } from '../../faults/server/calls.ts'
import { type Certificates, makeCertificates } from '../../faults/server/certificates.ts'
import { cutEverywhere } from '../../faults/server/cuts.ts'
import { answerFaults, outageFaults } from '../../faults/server/faults.ts'
import { run } from '../../faults/server/run.ts'

vi.setConfig({ maxConcurrency: 4, testTimeout: 90_000 })

/** A chosen few of `npm run faults:server`. */
const rows: readonly (readonly [fault: string, call: JobCall, dialect: 'v1' | 'legacy', times: number])[] = [
  ['blackhole, done', 'update final', 'legacy', 1],
  ['RST, done', 'acquire', 'v1', 1],
  ['cut before the last byte', 'update final', 'v1', 1],
  ['slow drip', 'update running', 'v1', 1],
  ['500, done', 'update starting', 'legacy', 2],
  ['1 GB body', 'update running', 'legacy', 1],
  ['refuse', 'update final', 'v1', 2],
  ['expired certificate', 'update running', 'legacy', 1],
]

let certificates: Certificates
beforeAll(async () => {
  certificates = await makeCertificates()
})

describe.concurrent('one outcome, no payload disturbed, less than 200 MB', () => {
  it.each(rows)('%s at %s (%s, %i times)', async (name, call, dialect, times) => {
    const fault = [...answerFaults, ...outageFaults].find((known) => known.name === name)
    if (fault === undefined) throw new Error(`no fault is called ${name}`)
    const row = await run({ fault, call, dialect, times, exitCode: times === 2 ? 3 : 0 }, certificates)
    expect(row).toMatchObject({
      wrong: [],
      struck: times,
      outcome: times === 2 ? 'failed' : 'finished',
      orphaned: call === 'acquire' ? 1 : 0,
      pilotExitCode: 0,
    })
  })
})

it('an answer that was cut, wherever, is never taken for one, and the repeat is accepted', async () => {
  for (const framing of ['length', 'closed'] as const) {
    const { positions, wrong } = await cutEverywhere('update final', 'v1', framing)
    expect(wrong).toEqual([])
    expect(positions).toBeGreaterThan(100)
  }
})

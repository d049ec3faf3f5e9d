import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { StopSignal } from '../../src/job/stop.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import { markedProcesses } from './marked-processes.ts'
import type { PilotRun } from './pilot-run.ts'
import { openSite, type Site } from './site.ts'

/** A pilot whose payload runs and has said so. */
async function running(site: Site, pars: string): Promise<{ id: number; pilot: PilotRun }> {
  const id = site.offer({ pars, outputs: ['out.data'] })
  const pilot = site.pilot()
  await pilot.saw('job.update', ({ state }) => state === 'running')
  await vi.waitFor(() => access(join(site.jobDirectory(id), 'staying')), { timeout: 20_000, interval: 20 })
  return { id, pilot }
}

/** ms from `since` to the acceptance of the final `failed`. */
function reportedAfter(site: Site, id: number, since: number): number {
  const final = historyOf(site.panda, id).find(({ asked }) => asked === 'failed')
  if (final === undefined) throw new Error(`no final report: ${JSON.stringify(site.reported(id))}`)
  return final.at - since
}

describe.concurrent('SIGTERM while the payload runs: failed with 1201 within 5 s, gone within 10 s, nothing left', () => {
  const payloads = [
    ['minds signals', 'stay', 'process'],
    ['ignores TERM', 'ignore TERM stay', 'process'],
    ['has a daemon without parent and session that ignores TERM', 'daemon stay', 'process'],
    ['minds signals, when the whole group of the pilot is told', 'stay', 'group'],
  ] as const
  for (const [which, pars, to] of payloads) {
    it(`a payload that ${which}`, async () => {
      await using site = await openSite()
      const { id, pilot } = await running(site, pars)
      expect(markedProcesses(site.mark).size).toBeGreaterThan(0)
      const since = pilot.signal('SIGTERM', to)
      const end = await pilot.ended()
      expect(markedProcesses(site.mark)).toEqual(new Map())
      expect(end.exitCode).toBe(143)
      expect(end.at - since).toBeLessThan(10_000)
      expect(reportedAfter(site, id, since)).toBeLessThan(5_000)
      expect(site.reported(id)).toEqual(['starting', 'running', 'failed'])
      const job = site.job(id)
      expect(job.outcome).toBe('failed')
      expect(job.fields).toMatchObject({ pilotErrorCode: 1201 })
      expect(job.fields.pilotErrorDiag).toContain('SIGTERM')
      // The log is sent if there is time, and nothing else.
      expect([[], [`job.${id}.log.tgz`]]).toContainEqual(Object.keys(JSON.parse(job.report || '{}')))
    })
  }
})

describe.concurrent('every signal a batch system sends has its code and its exit code', () => {
  const codes: Readonly<Record<Exclude<StopSignal, 'SIGTERM'>, readonly [number, number]>> = {
    SIGINT: [1208, 130],
    SIGQUIT: [1202, 131],
    SIGXCPU: [1204, 152],
    SIGUSR1: [1207, 138],
    SIGBUS: [1206, 135],
    SIGSEGV: [1203, 139],
  }
  for (const [signal, [code, exitCode]] of Object.entries(codes)) {
    it(`${signal}: ${code} and ${exitCode}`, async () => {
      await using site = await openSite()
      const { id, pilot } = await running(site, 'stay')
      const since = pilot.signal(signal as StopSignal)
      expect((await pilot.ended()).exitCode).toBe(exitCode)
      expect(reportedAfter(site, id, since)).toBeLessThan(5_000)
      expect(site.job(id).fields).toMatchObject({ pilotErrorCode: code })
      expect(markedProcesses(site.mark)).toEqual(new Map())
    })
  }
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { historyOf } from '../../src/standin/model/history.ts'
import { markedProcesses } from './marked-processes.ts'
import { killPilot, type PilotRun } from './pilot-run.ts'
import { openSite, type Site } from './site.ts'

async function lives(pilot: PilotRun, count: number): Promise<void> {
  const started = () => pilot.events.filter(({ type }) => type === 'pilot.started').length
  await vi.waitFor(() => expect(started()).toBe(count), { timeout: 20_000, interval: 20 })
}

function finishedOnce(site: Site, id: number, pilot: PilotRun): void {
  expect(site.job(id)).toMatchObject({ outcome: 'finished', errors: {}, fields: { transExitCode: 0 } })
  expect(historyOf(site.panda, id).filter(({ call }) => call === 'acquire')).toHaveLength(1)
  expect(pilot.events.filter(({ type }) => type === 'payload.started')).toHaveLength(1)
  expect(markedProcesses(site.mark)).toEqual(new Map())
}

describe.concurrent('a pilot that is killed by -9 is started again, and its job ends as if nothing had been', () => {
  it('while the payload runs: it is taken back', async () => {
    await using site = await openSite()
    const id = site.offer({ outputs: ['out.data'], pars: 'await go write out.data x' })
    const pilot = site.pilot()
    await pilot.saw('job.update', ({ state }) => state === 'running')
    killPilot(pilot)
    await lives(pilot, 2)
    await writeFile(join(site.jobDirectory(id), 'go'), '')
    expect((await pilot.ended()).exitCode).toBe(0)
    finishedOnce(site, id, pilot)
  })

  it('and the payload ends while nobody watches: its exit code is found', async () => {
    await using site = await openSite()
    const id = site.offer({ outputs: ['out.data'], pars: 'await go write out.data x exit 0' })
    const pilot = site.pilot()
    await pilot.saw('job.update', ({ state }) => state === 'running')
    killPilot(pilot)
    await writeFile(join(site.jobDirectory(id), 'go'), '')
    await vi.waitFor(() => expect(markedProcesses(site.mark).size).toBe(0), 10_000)
    expect((await pilot.ended()).exitCode).toBe(0)
    finishedOnce(site, id, pilot)
  })

  it('while the server takes its final report without an answer: the same report is sent again', async () => {
    let finals = 0
    await using site = await openSite({
      faults: ({ parameters }) =>
        parameters.job_status === 'finished' && finals++ === 0 ? { kind: 'silence', performed: true } : undefined,
    })
    const id = site.offer({ outputs: ['out.data'], pars: 'write out.data x' })
    const pilot = site.pilot()
    await vi.waitFor(() => expect(finals).toBe(1), 20_000)
    killPilot(pilot)
    expect((await pilot.ended()).exitCode).toBe(0)
    finishedOnce(site, id, pilot)
    const sent = site.calls.filter(({ parameters }) => parameters.job_status === 'finished')
    expect(sent).toHaveLength(2)
    expect(sent[1]?.parameters).toEqual(sent[0]?.parameters)
  })

  it('and SIGTERM comes to the second one: failed with 1201, nothing left', async () => {
    await using site = await openSite()
    const id = site.offer({ pars: 'daemon stay' })
    const pilot = site.pilot()
    await pilot.saw('job.update', ({ state }) => state === 'running')
    killPilot(pilot)
    await lives(pilot, 2)
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(10_000)
    expect(site.job(id)).toMatchObject({ outcome: 'failed', fields: { pilotErrorCode: 1201 } })
    expect(markedProcesses(site.mark)).toEqual(new Map())
  })
})

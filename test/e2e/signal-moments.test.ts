import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/database/pilot-database.ts'
import { type AttemptNr, jobKey, type PandaId } from '../../src/job/ids.ts'
import { foldHistory, type JobState } from '../../src/job/job-state.ts'
import { withdrawBudget } from '../../src/machines/pilot-context.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import { markedProcesses } from './marked-processes.ts'
import { silentServer } from './silent-server.ts'
import { openSite, type Site } from './site.ts'

/** A directory for the PATH with a copy tool that begins and never ends. */
async function stuckTool(site: Site, name: string): Promise<string> {
  const directory = join(site.directory, 'bin')
  await mkdir(directory)
  await writeFile(join(directory, name), '#!/bin/sh\ntrap "" TERM\nwhile :; do sleep 1; done\n')
  await chmod(join(directory, name), 0o755)
  return [directory, process.env.PATH].join(delimiter)
}

/** What PilotDB knows of a job after the pilot is gone. */
async function recorded(site: Site, id: number): Promise<JobState> {
  const opened = await openDatabase(join(site.launch, 'pilotdb'))
  if (opened.kind === 'refused') throw new Error(opened.text)
  const { database } = opened
  const state = foldHistory(database.history(jobKey({ pandaId: id as PandaId, attemptNr: 1 as AttemptNr })))
  await database.close()
  return state
}

function finalAfter(site: Site, id: number, since: number): number {
  return (historyOf(site.panda, id).find(({ asked }) => asked === 'failed')?.at ?? Number.POSITIVE_INFINITY) - since
}

describe.concurrent('SIGTERM at any moment of a job: failed with 1201 within 5 s, gone within 10 s', () => {
  it('while inputs are brought by a tool that hangs, and would hang with the log as well', async () => {
    await using site = await openSite({ protocol: { endpoint: 'root://127.0.0.1:1', path: '//e2e' } })
    const id = site.offer({ inputs: [await site.input('in.data', 'x')], pars: 'exit 0' })
    const PATH = await stuckTool(site, 'xrdcp')
    const pilot = site.pilot([], { PATH, E2E_MARK: site.mark })
    await pilot.saw('job.phase', ({ phase }) => phase === 'stage-in')
    await vi.waitFor(() => expect([...markedProcesses(site.mark).values()].join()).toContain('bin/xrdcp'), 10_000)
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(10_000)
    expect(finalAfter(site, id, since)).toBeLessThan(5_000)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1201 })
    expect(site.job(id).fields).not.toHaveProperty('transExitCode')
    expect(markedProcesses(site.mark)).toEqual(new Map())
  })

  it('while the server is handing the job over', async () => {
    await using site = await openSite({
      faults: ({ name }) => (name === 'pilot/acquire_jobs' ? { kind: 'late', delayMs: 1000 } : undefined),
    })
    const id = site.offer({ pars: 'stay' })
    const pilot = site.pilot()
    await vi.waitFor(() => expect(historyOf(site.panda, id)).toHaveLength(1), 20_000)
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(10_000)
    expect(finalAfter(site, id, since)).toBeLessThan(5_000)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1201 })
    expect(pilot.events.some(({ type }) => type === 'payload.started')).toBe(false)
  })

  it('while the transform is downloaded from a server that hangs', async () => {
    await using site = await openSite()
    await using web = await silentServer()
    const id = site.offer({ wire: { transformation: `${web.url}/trf/user/payload.sh` } })
    const pilot = site.pilot(['--baseurls', `${web.url}/trf`])
    await web.called
    const since = pilot.signal('SIGTERM')
    expect((await pilot.ended()).exitCode).toBe(143)
    expect(finalAfter(site, id, since)).toBeLessThan(5_000)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1201 })
  })

  it('while an output is read that takes minutes', async () => {
    await using site = await openSite()
    const id = site.offer({ outputs: ['out.data'], pars: 'sparse out.data 400G' })
    const pilot = site.pilot()
    await pilot.saw('job.phase', ({ phase }) => phase === 'stage-out')
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(10_000)
    expect(finalAfter(site, id, since)).toBeLessThan(5_000)
    const job = site.job(id)
    expect(job.fields).toMatchObject({ pilotErrorCode: 1201, transExitCode: 0 })
    expect(job.report).not.toContain('out.data')
  })
})

describe.concurrent('SIGTERM without a job: gone at once with 143', () => {
  it('between jobs', async () => {
    await using site = await openSite({ queue: { timefloor: 60 } })
    const id = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot()
    await vi.waitFor(() => expect(pilot.stderr()).toContain('no job: '), 20_000)
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(2_000)
    expect(site.job(id).outcome).toBe('finished')
  })

  it('while it waits for its queue document', async () => {
    await using site = await openSite()
    await using web = await silentServer()
    const pilot = site.pilot(['--queuedata-url', `${web.url}/queue.json`])
    await web.called
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(2_000)
    expect(site.calls).toEqual([])
  })

  it('while a server that never answers is asked for a job, which may be under way', async () => {
    await using site = await openSite({ faults: () => ({ kind: 'silence' }) })
    const pilot = site.pilot(['--server-api', 'legacy'])
    await vi.waitFor(() => expect(site.calls.map(({ name }) => name)).toContain('getJob'), 20_000)
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(withdrawBudget + 2_000)
  })
})

describe.concurrent('SIGTERM without a server: gone within 12 s with 143, the outcome stays in PilotDB', () => {
  it('the payload runs when the server goes down', async () => {
    await using site = await openSite()
    const id = site.offer({ pars: 'stay' })
    const pilot = site.pilot()
    await pilot.saw('job.update', ({ state }) => state === 'running')
    await site.closeServer()
    const since = pilot.signal('SIGTERM')
    await pilot.saw('job.outcome')
    // Impatience changes nothing.
    pilot.signal('SIGINT')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(12_000)
    expect(markedProcesses(site.mark)).toEqual(new Map())
    const { outcome, delivered, outbox } = await recorded(site, id)
    expect(outcome).toMatchObject({ outcome: 'failed', code: 1201 })
    expect(delivered).toBe(false)
    expect(outbox.waiting.map(({ update }) => update.final?.pilotError?.code)).toEqual([1201])
  })

  it('the job finished, but the server does not answer its final report', async () => {
    await using site = await openSite({
      faults: ({ parameters }) => (parameters.job_status === 'finished' ? { kind: 'silence' } : undefined),
    })
    const id = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot()
    await vi.waitFor(() => expect(site.calls.at(-1)?.parameters.job_status).toBe('finished'), 20_000)
    const since = pilot.signal('SIGTERM')
    const end = await pilot.ended()
    expect(end.exitCode).toBe(143)
    expect(end.at - since).toBeLessThan(12_000)
    const { outcome, delivered, outbox } = await recorded(site, id)
    expect(outcome).toMatchObject({ outcome: 'finished', code: 0 })
    expect(delivered).toBe(false)
    expect(outbox.waiting.map(({ update }) => update.state)).toEqual(['finished'])
  })
})

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { killPilot } from './pilot-run.ts'
import { openSite, type Site } from './site.ts'

/** What `pilot replay` says of a job in the database of the site's pilot. */
async function replayed(site: Site, id: number) {
  const pilot = join(import.meta.dirname, '../../bin/pilot')
  const database = join(site.launch, 'pilotdb')
  const { stdout } = await promisify(execFile)(pilot, ['replay', database, String(id), '--json'])
  const { steps, verdict, state } = JSON.parse(stdout)
  const facts: { kind: string; from?: string; finding?: { name: string } }[] = steps.map(
    ({ fact }: { fact: object }) => fact,
  )
  return { verdict, state, facts, last: steps.at(-1).states }
}

const reached = { kind: 'reached' }

describe.concurrent('a real job is replayed to the states that its pilot recorded', () => {
  it('one that finished', async () => {
    await using site = await openSite()
    const input = await site.input('in.data', 'some words')
    const id = site.offer({ inputs: [input], outputs: ['out.data'], pars: 'write out.data x' })
    expect((await site.pilot().ended()).exitCode).toBe(0)
    const { verdict, state, last } = await replayed(site, id)
    expect(verdict).toEqual(reached)
    expect(state).toMatchObject({ phase: 'closed', delivered: true, outcome: { outcome: 'finished' } })
    expect(last.job).toBe('closed')
  })

  it('one whose pilot works on it, and then is killed by -9 and started again', async () => {
    await using site = await openSite()
    const id = site.offer({ outputs: ['out.data'], pars: 'await go write out.data x' })
    const pilot = site.pilot()
    await pilot.saw('job.update', ({ state }) => state === 'running')
    const running = await replayed(site, id)
    expect(running.verdict).toEqual(reached)
    expect(running.last).toMatchObject({ job: 'working.runningPayload', payload: 'alive.running' })

    killPilot(pilot)
    await writeFile(join(site.jobDirectory(id), 'go'), '')
    expect((await pilot.ended()).exitCode).toBe(0)
    const { verdict, state, facts } = await replayed(site, id)
    expect(verdict).toEqual(reached)
    expect(state).toMatchObject({ delivered: true, outcome: { outcome: 'finished' } })
    expect(facts).toContainEqual({ kind: 'life', from: 'payload' })
  })

  it('one that was ended by SIGTERM', async () => {
    await using site = await openSite()
    const id = site.offer({ outputs: ['out.data'], pars: 'daemon stay' })
    const pilot = site.pilot()
    await pilot.saw('job.update', ({ state }) => state === 'running')
    pilot.signal('SIGTERM')
    await pilot.ended()
    const { verdict, state, facts } = await replayed(site, id)
    expect(verdict).toEqual(reached)
    expect(state.outcome).toMatchObject({ outcome: 'failed', code: 1201 })
    expect(facts.flatMap(({ finding }) => finding?.name ?? [])).toEqual(['SIGTERM'])
  })
})

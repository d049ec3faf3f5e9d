import { describe, expect, it } from 'vitest'
import { openSite } from './site.ts'

describe.concurrent('several jobs', () => {
  it('one after another in one pilot while the time floor allows, until the server has none', async () => {
    await using site = await openSite({ queue: { timefloor: 60 } })
    const ids = [1, 2, 3].map((n) => site.offer({ outputs: [`out.${n}`], pars: `write out.${n} ${n}` }))
    const pilot = site.pilot(['-x', '1'])
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(ids.map((id) => site.job(id).outcome)).toEqual(['finished', 'finished', 'finished'])
    const starts = pilot.events.filter(({ type }) => type === 'payload.started' || type === 'payload.ended')
    expect(starts.map(({ type }) => type)).toEqual(ids.flatMap(() => ['payload.started', 'payload.ended']))
  })

  it('a failed job does not end the pilot, and does not change its exit code', async () => {
    await using site = await openSite({ queue: { timefloor: 60 } })
    const [bad, good] = [site.offer({ pars: 'exit 3' }), site.offer({ pars: 'exit 0' })]
    expect((await site.pilot(['-x', '1']).ended()).exitCode).toBe(0)
    expect(site.job(bad)).toMatchObject({ outcome: 'failed', fields: { transExitCode: 3 } })
    expect(site.job(good).outcome).toBe('finished')
  })

  it('one a slot where the queue has no time floor: the next stays at the server', async () => {
    await using site = await openSite()
    const [first, second] = [site.offer({ pars: 'exit 0' }), site.offer({ pars: 'exit 0' })]
    expect((await site.pilot().ended()).exitCode).toBe(0)
    expect(site.job(first).outcome).toBe('finished')
    expect(site.job(second).state).toBe('activated')
  })

  it('side by side with --concurrent-jobs 2: each waits for the other to run', async () => {
    await using site = await openSite()
    const [one, two] = [7001, 7002]
    const meeting = (other: number) => `write here x await ../PanDA_Pilot-${other}/here`
    expect([site.offer({ pars: meeting(two) }), site.offer({ pars: meeting(one) })]).toEqual([one, two])
    const pilot = site.pilot(['--concurrent-jobs', '2'])
    expect((await pilot.ended()).exitCode).toBe(0)
    expect([one, two].map((id) => site.job(id).outcome)).toEqual(['finished', 'finished'])
    const payloads = pilot.events.filter(({ type }) => type === 'payload.started' || type === 'payload.ended')
    expect(payloads.map(({ type }) => type)).toEqual([
      ...['payload.started', 'payload.started'],
      ...['payload.ended', 'payload.ended'],
    ])
  })

  it('the end of the lifetime ends the job: failed with 1213, exit 81', async () => {
    // Half of it: the other half is kept for the report (contracts/pilot-core.md 2.5).
    await using site = await openSite({ queue: { maxtime: 4 } })
    const id = site.offer({ pars: 'stay' })
    const pilot = site.pilot()
    expect((await pilot.ended()).exitCode).toBe(81)
    expect(site.reported(id)).toEqual(['starting', 'running', 'failed'])
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1213 })
    expect(site.job(id).fields.pilotErrorDiag).toContain('2 s')
  })
})

describe.concurrent('a pilot that gets no job ends with the code that says why', () => {
  const ends = [
    ['an offline queue', { queue: { status: 'offline' } }, [], 83, 'is offline'],
    ['an inactive queue', { queue: { state: 'INACTIVE' } }, [], 78, 'is in state INACTIVE'],
    ['no queue document', {}, ['--queuedata-url', '/nowhere/queue.json'], 71, 'no such file'],
    ['a document of another queue', {}, ['-q', 'ELSEWHERE'], 71, 'describes queue E2E_QUEUE, not ELSEWHERE'],
    ['a document that is no JSON', {}, ['--queuedata-url', import.meta.filename], 71, 'is no JSON'],
    ['a server without jobs', {}, ['-x', '1'], 0, 'No jobs in PanDA'],
    [
      'a server that knows the role but refuses it',
      { front: { trustPlainHttp: false } },
      [],
      79,
      'refuses to give jobs',
    ],
    ['a port where nobody listens', {}, ['-v', '1', '-p', '1'], 79, 'ECONNREFUSED'],
  ] as const
  for (const [which, site, options, exitCode, words] of ends) {
    it(`${which}: ${exitCode}`, async () => {
      await using opened = await openSite(site)
      const pilot = opened.pilot(options)
      expect((await pilot.ended()).exitCode).toBe(exitCode)
      expect(pilot.stderr()).toContain(words)
      expect(pilot.events.at(-1)).toMatchObject({ type: 'pilot.ended', exitCode })
      expect([...opened.panda.jobs]).toEqual([])
    })
  }
})

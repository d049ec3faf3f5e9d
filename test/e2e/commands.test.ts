import { access } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { clearCommand, setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { historyOf } from '../../src/standin/model/history.ts'
import type { Panda } from '../../src/standin/model/panda.ts'
import { markedProcesses } from './marked-processes.ts'
import { silentServer } from './silent-server.ts'
import { openSite, type Site } from './site.ts'

type Order = (panda: Panda, pandaId: number) => unknown

const command =
  (text: string): Order =>
  (panda, pandaId) =>
    setCommand(panda, Date.now(), pandaId, text)

/** A site whose server gives an order with its answer to a report of each of these states. */
async function orderingSite(orders: Readonly<Record<string, Order>>): Promise<Site> {
  const site: Site = await openSite({
    faults: ({ parameters }) => {
      orders[String(parameters.job_status)]?.(site.panda, Number(parameters.job_id))
      return undefined
    },
  })
  return site
}

describe.concurrent('what the server says in its answers', () => {
  it('tobekilled: the payload ends, the job is failed with 1144, the pilot is well', async () => {
    await using site = await orderingSite({ running: command('tobekilled') })
    const id = site.offer({ pars: 'stay' })
    const pilot = site.pilot()
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(markedProcesses(site.mark)).toEqual(new Map())
    expect(site.reported(id)).toEqual(['starting', 'running', 'failed'])
    const job = site.job(id)
    // Somebody wanted it dead, so its failure is none.
    expect(job.outcome).toBe('cancelled')
    expect(job.fields).toMatchObject({ pilotErrorCode: 1144 })
    expect(job.fields.pilotErrorDiag).toContain('tobekilled')
    expect(Object.keys(JSON.parse(job.report ?? '{}'))).toEqual([`job.${id}.log.tgz`])
  })

  it('tobekilled before anything runs: no payload is started', async () => {
    await using site = await orderingSite({ starting: command('tobekilled') })
    await using web = await silentServer()
    const id = site.offer({ wire: { transformation: `${web.url}/payload.sh` } })
    const pilot = site.pilot(['--baseurls', web.url])
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id).fields).toMatchObject({ pilotErrorCode: 1144 })
    expect(pilot.events.some(({ type }) => type === 'payload.started')).toBe(false)
  })

  it('tobekilled for a job the server knows no more: it ends as well', async () => {
    await using site = await openSite({
      faults: ({ parameters }) => {
        if (parameters.job_status === 'running') site.panda.jobs.delete(Number(parameters.job_id))
        return undefined
      },
    })
    const id = site.offer({ pars: 'stay' })
    const pilot = site.pilot()
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(markedProcesses(site.mark)).toEqual(new Map())
    expect(historyOf(site.panda, id).filter(({ asked }) => asked === 'failed')).toHaveLength(1)
  })

  it('nocleanup: the directory of the job stays, without it goes', async () => {
    await using site = await orderingSite({
      running: (panda, id) => id === kept && command('nocleanup')(panda, id),
    })
    const [kept, removed] = [site.offer({ pars: 'exit 0' }), site.offer({ pars: 'exit 0' })]
    const pilot = site.pilot(['--cleanup', 'True', '--concurrent-jobs', '2'])
    expect((await pilot.ended()).exitCode).toBe(0)
    expect([kept, removed].map((id) => site.job(id).outcome)).toEqual(['finished', 'finished'])
    await access(site.jobDirectory(kept))
    await expect(access(site.jobDirectory(removed))).rejects.toThrow('ENOENT')
  })

  it('debug, then debugoff, and a word nobody knows: heard, and the job goes on', async () => {
    await using site = await orderingSite({
      starting: (panda, id) => setDebug(panda, Date.now(), id, true),
      running: (panda, id) => {
        setDebug(panda, Date.now(), id, false)
        command('debugoff')(panda, id)
      },
      finished: (panda, id) => {
        clearCommand(panda, id)
        command('make,coffee')(panda, id)
      },
    })
    const id = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot()
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(site.job(id).outcome).toBe('finished')
    const said = pilot.stderr().matchAll(/the server says (\S+)/g)
    expect([...said].map(([, word]) => word)).toEqual(['debug', 'debugoff', 'unknown', 'unknown'])
  })

  it('alreadydone, to a final report whose first answer was lost: it counts as accepted', async () => {
    let lost = 0
    await using site = await openSite({
      faults: ({ parameters }) =>
        parameters.job_status === 'finished' && lost++ === 0 ? { kind: 'reset', performed: true } : undefined,
    })
    const id = site.offer({ pars: 'exit 0' })
    const pilot = site.pilot()
    expect((await pilot.ended()).exitCode).toBe(0)
    expect(historyOf(site.panda, id).map(({ answer }) => answer)).toContain('alreadydone')
    expect(site.job(id).outcome).toBe('finished')
    await pilot.saw('job.update', ({ state, accepted }) => state === 'finished' && accepted)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import type { JobServer } from '../../src/server/port.ts'
import { failed, finished, request, running, starting } from './examples.ts'

/** How the next call goes wrong: its answer is lost after it was performed, or the database fails before. */
export type Mishap = 'answer lost' | 'database failure' | 'wrong role'

/** A server with the strings the suite pulls. */
export interface ContractWorld {
  readonly server: JobServer
  /** A job that waits to be acquired. */
  addJob(): PandaId
  /** What the server says to the job's updates from now on. */
  setCommand(id: PandaId, command: string): void
  next(mishap: Mishap): void
  close(): Promise<void>
}

/** What every JobServer keeps, whatever stands behind it. */
export function jobServerContract(name: string, create: () => Promise<ContractWorld>): void {
  describe(`${name} keeps the JobServer contract`, () => {
    let world: ContractWorld
    let server: JobServer

    beforeEach(async () => {
      world = await create()
      server = world.server
    })
    afterEach(() => world.close())

    async function acquired(count = 1): Promise<number[]> {
      const answer = await server.acquire({ ...request, count })
      if (answer.kind !== 'jobs') throw new Error(`no job: ${answer.text}`)
      return answer.definitions.map((definition) => Number((definition as { PandaID: unknown }).PandaID))
    }

    it('an empty queue is no failure', async () => {
      expect(await server.acquire(request)).toMatchObject({ kind: 'none' })
    })

    it('a waiting job is handed over once', async () => {
      const id = world.addJob()
      expect(await acquired()).toEqual([id])
      expect(await server.acquire(request)).toMatchObject({ kind: 'none' })
    })

    it('several jobs come in one answer, and no more than asked for', async () => {
      const ids = [world.addJob(), world.addJob(), world.addJob()]
      expect([...(await acquired(2)), ...(await acquired(2))].sort()).toEqual(ids)
    })

    it('every state of a job is accepted and shows in its status', async () => {
      const id = world.addJob()
      await acquired()
      expect(await server.update(starting(id))).toEqual({ kind: 'accepted', commands: [] })
      expect(await server.jobStatus([id])).toEqual([{ pandaId: id, status: 'starting', attemptNr: 1 }])
      expect(await server.update(running(id))).toEqual({ kind: 'accepted', commands: [] })
      expect(await server.jobStatus([id])).toEqual([{ pandaId: id, status: 'running', attemptNr: 1 }])
      expect(await server.update(finished(id))).toEqual({ kind: 'accepted', commands: [] })
      expect(await server.jobStatus([id])).toEqual([{ pandaId: id, status: 'holding', attemptNr: 1 }])
    })

    it('a repeated final update is accepted', async () => {
      const id = world.addJob()
      await acquired()
      await server.update(running(id))
      await server.update(failed(id))
      expect(await server.update(failed(id))).toEqual({ kind: 'accepted', commands: [{ name: 'alreadydone' }] })
    })

    it('the commands of a job come back with its updates', async () => {
      const id = world.addJob()
      await acquired()
      world.setCommand(id, 'debugoff,tail payload.stdout')
      expect(await server.update(running(id))).toMatchObject({
        kind: 'accepted',
        commands: [{ name: 'debugoff' }, { name: 'debug-command', text: 'tail payload.stdout' }],
      })
    })

    it('the update of a job that the server does not have is answered with the kill order', async () => {
      const unknownId = (world.addJob() + 1000) as PandaId
      expect(await server.update(running(unknownId))).toEqual({
        kind: 'accepted',
        commands: [{ name: 'tobekilled' }],
      })
    })

    it('an update whose answer was lost is unknown, and its repeat is accepted', async () => {
      const id = world.addJob()
      await acquired()
      await server.update(running(id))
      world.next('answer lost')
      expect(await server.update(finished(id))).toMatchObject({ kind: 'unknown' })
      expect(await server.update(finished(id))).toMatchObject({ kind: 'accepted' })
    })

    it('a job whose handing over was lost is not handed over again', async () => {
      world.addJob()
      const second = world.addJob()
      world.next('answer lost')
      expect(await server.acquire(request)).toMatchObject({ kind: 'unknown' })
      expect(await acquired()).toEqual([second])
    })

    it('a database failure is unknown for both, and passes', async () => {
      const id = world.addJob()
      world.next('database failure')
      expect(await server.acquire(request)).toMatchObject({ kind: 'unknown' })
      expect(await acquired()).toEqual([id])
      world.next('database failure')
      expect(await server.update(running(id))).toMatchObject({ kind: 'unknown' })
      expect(await server.update(running(id))).toMatchObject({ kind: 'accepted' })
    })

    it('a wrong role is a refusal that is told', async () => {
      const id = world.addJob()
      world.next('wrong role')
      expect(await server.acquire(request)).toMatchObject({ kind: 'refused', text: expect.stringContaining('role') })
      await acquired()
      world.next('wrong role')
      expect(await server.update(running(id))).toMatchObject({ kind: 'refused', text: expect.stringContaining('role') })
    })

    it('jobs that the server does not know are left out of a status', async () => {
      const id = world.addJob()
      await acquired()
      const states = await server.jobStatus([(id + 1000) as PandaId, id])
      expect(states).toEqual([{ pandaId: id, status: 'sent', attemptNr: 1 }])
      expect(await server.jobStatus([])).toEqual([])
    })

    it('the start and the end of a worker are accepted', async () => {
      expect(await server.workerStatus('started')).toEqual({ kind: 'accepted', commands: [] })
      expect(await server.workerStatus('finished')).toEqual({ kind: 'accepted', commands: [] })
    })

    it('a call that was given up is unknown', async () => {
      const given = AbortSignal.abort()
      expect(await server.acquire(request, given)).toMatchObject({ kind: 'unknown' })
      expect(await server.update(starting(1), given)).toMatchObject({ kind: 'unknown' })
      expect(await server.workerStatus('started', given)).toMatchObject({ kind: 'unknown' })
      expect(await server.jobStatus([1 as PandaId], given)).toBeUndefined()
    })

    it('after close a call is unknown, not an exception', async () => {
      await server.acquire(request)
      await server.close()
      expect(await server.acquire(request)).toMatchObject({ kind: 'unknown' })
      expect(await server.update(starting(1))).toMatchObject({ kind: 'unknown' })
    })
  })
}

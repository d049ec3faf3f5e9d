import { describe, expect, it } from 'vitest'
import type { PandaId } from '../../src/job/ids.ts'
import { setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { jobIn } from '../standin/fixtures.ts'
import { finished, running } from './examples.ts'
import { standinWorld } from './standin-world.ts'

describe.each(['v1', 'legacy'] as const)('several jobs at once in the %s dialect', (dialect) => {
  it('each update has its own answer, in order', async () => {
    const { panda, server, calls } = await standinWorld(dialect)
    for (const PandaID of [10, 11]) jobIn(panda, 'running', { PandaID })
    setCommand(panda, 0, 11, 'tobekilled')
    setDebug(panda, 0, 10, true)
    const answers = await server.updateBulk([running(10), running(11), finished(999)])
    expect(answers).toEqual([
      { kind: 'accepted', commands: [{ name: 'debug' }], pilotSecrets: { texts: [], json: '{}' } },
      { kind: 'accepted', commands: [{ name: 'tobekilled' }] },
      expect.objectContaining({ kind: 'unknown' }),
    ])
    expect(calls).toHaveLength(1)
    expect(panda.jobs.get(10)?.fields.maxRSS).toBe(123_456)
  })

  it('no update is no call; more than a hundred are several', async () => {
    const { panda, server, calls } = await standinWorld(dialect)
    expect(await server.updateBulk([])).toEqual([])
    expect(calls).toEqual([])
    const ids = Array.from({ length: 101 }, (_, at) => 1000 + at)
    for (const PandaID of ids) jobIn(panda, 'running', { PandaID })
    const answers = await server.updateBulk(ids.map(running))
    expect(answers.map(({ kind }) => kind)).toEqual(Array(101).fill('accepted'))
    expect(calls).toHaveLength(2)
  })

  it('a lost answer leaves all of them unknown, and all may be repeated', async () => {
    const { panda, server, faults } = await standinWorld(dialect)
    for (const PandaID of [10, 11]) jobIn(panda, 'running', { PandaID })
    faults.push({ kind: 'half' })
    const updates = [running(10), running(11)]
    expect((await server.updateBulk(updates)).map(({ kind }) => kind)).toEqual(['unknown', 'unknown'])
    expect((await server.updateBulk(updates)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
  })

  it('state and command of jobs come in the order asked; an unknown job is to be killed', async () => {
    const { panda, server } = await standinWorld(dialect)
    jobIn(panda, 'running')
    setCommand(panda, 0, 10, 'softkill')
    expect(await server.jobCommands([999, 10] as PandaId[])).toEqual({
      kind: 'done',
      value: [
        { pandaId: 999, status: 'unknown', commands: [{ name: 'tobekilled' }] },
        { pandaId: 10, status: 'running', commands: [{ name: 'softkill' }] },
      ],
    })
    expect(await server.jobCommands([])).toEqual({ kind: 'done', value: [] })
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JobKey } from '../../src/job/ids.ts'
import { loseTail, simulatedDatabase } from '../../src/simulation/simulated-database.ts'
import { drivenPort, makeParts } from './parts.ts'

const key = '1.1' as JobKey
const phase = { kind: 'phase', phase: 'payload', cause: '' } as const

test('what was written survives the process, what was flushed the machine, however long the tail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1 }),
      fc.nat({ max: 10 }),
      fc.constantFrom('killed' as const, 'power cut' as const),
      async (flushes, tail, how) => {
        const { clock, node, life, newLife } = makeParts()
        const database = drivenPort(clock, simulatedDatabase(node, life))
        for (const flush of flushes) await database.write(key, phase, flush ? 'flushed' : 'soon')
        loseTail(node, how, tail)
        const left = simulatedDatabase(node, newLife()).history(key).length
        const safe = how === 'killed' ? flushes.length : flushes.lastIndexOf(true) + 1
        expect(left).toBe(Math.max(safe, flushes.length - tail))
      },
    ),
  )
})

test('a write that was not answered may be lost to a kill', async () => {
  const { node, life } = makeParts()
  void simulatedDatabase(node, life).write(key, phase, 'flushed')
  expect(loseTail(node, 'killed', 1)).toEqual([{ key, kind: 'phase' }])
})

test('with a full disk a record is there for this process only', async () => {
  const { clock, node, life, newLife } = makeParts([{ kind: 'disk full', pilot: 0, from: 0, until: 1000 }])
  const database = drivenPort(clock, simulatedDatabase(node, life))
  expect(await database.write(key, phase, 'flushed')).toMatchObject({ kind: 'failed' })
  expect(database.history(key)).toHaveLength(1)
  expect(simulatedDatabase(node, newLife()).history(key)).toHaveLength(0)
})

import { describe, expect, test } from 'vitest'
import type { JobRecord, Recorded } from '../../../src/job/record.ts'
import { type Replayed, type ReplayOptions, replay } from '../../../src/simulation/replay/replay.ts'
import { type Recording, recording, recordings, tampered } from './recordings.ts'

async function replayed(history: readonly Recorded[], options: ReplayOptions = {}) {
  const result: Replayed = await replay(history, [], options)
  if (result.kind === 'refused') throw new Error(result.text)
  return result
}

describe('a history that a pilot wrote is written again, record by record', () => {
  test.each(recordings)('%s', async (name) => {
    const history = recording(name)
    const { verdict, steps, state } = await replayed(history)
    expect(verdict).toEqual({ kind: 'reached' })
    const written = steps.flatMap(({ fact }) => (fact.kind === 'record' ? [fact.record] : []))
    expect(written).toEqual(history.map(({ record }) => record))
    expect(state).toMatchObject({ phase: 'closed', delivered: true })
    expect(steps.at(-1)?.states.job).toBe('closed')
  })

  test('the same again gives the same steps', async () => {
    const history = recording('killed-payload')
    expect(await replayed(history)).toEqual(await replayed(history))
  })
})

test('time never goes back, and no step comes before its record', async () => {
  for (const name of recordings) {
    const history = recording(name)
    const { steps } = await replayed(history)
    const times = steps.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    for (const { fact, at } of steps) {
      if (fact.kind === 'record') expect(at).toBeGreaterThanOrEqual(history[(fact.seq ?? 0) - 1]?.at ?? Number.NaN)
    }
  }
})

describe('each pilot process is a life of its own', () => {
  test.each([
    ['killed-payload', 'payload'],
    ['killed-delivery', 'delivery'],
  ] as const)('%s goes on from its %s', async (name, from) => {
    const { steps } = await replayed(recording(name))
    expect(steps.flatMap(({ fact }) => (fact.kind === 'life' ? [fact.from] : []))).toEqual([from])
  })

  test('a history that ends in the middle is reached as far as it goes', async () => {
    const history = recording('finished')
    for (let length = 1; length <= history.length; length += 1) {
      const { verdict, steps } = await replayed(history.slice(0, length))
      expect({ length, verdict, steps: steps.length }).toEqual({ length, verdict: { kind: 'reached' }, steps: length })
    }
  })
})

test('a signal comes to the job when it came then', async () => {
  const { steps } = await replayed(recording('sigterm'))
  const told = steps.find(({ fact }) => fact.kind === 'told')
  expect(told).toMatchObject({
    fact: { finding: { name: 'SIGTERM', origin: 'pilot' } },
    states: { payload: 'alive.terminating' },
  })
  expect(told?.at).toBe(told?.fact.kind === 'told' ? told.fact.finding.at : 0)
})

test('heartbeats, samples and looks of debug mode come when a record shows them', async () => {
  const { steps } = await replayed(recording('simulated-debug'))
  const updates = steps.flatMap(({ fact }) =>
    fact.kind === 'record' && fact.record.kind === 'message' ? [fact.record.update] : [],
  )
  expect(updates.some(({ stdout }) => stdout !== undefined)).toBe(true)
  expect(updates.some(({ use }) => use?.memory !== undefined)).toBe(true)
})

describe('a record that was tampered with is found', () => {
  async function firstDifference<Kind extends JobRecord['kind']>(
    name: Recording,
    kind: Kind,
    change: (record: Extract<JobRecord, { kind: Kind }>) => JobRecord | undefined,
  ) {
    const { history, seq } = tampered(recording(name), kind, change)
    const { verdict } = await replayed(history)
    return { verdict, seq }
  }

  test('a failed outcome made a success: the outcome itself', async () => {
    const { verdict, seq } = await firstDifference('failed', 'outcome', (record) => ({
      ...record,
      outcome: 'finished',
      code: 0,
    }))
    expect(verdict).toMatchObject({ kind: 'differs', recorded: { seq }, difference: { path: 'outcome' } })
  })

  test('another exit code: the report that names the true one', async () => {
    const { verdict, seq } = await firstDifference('failed', 'payload-ended', (record) => ({
      ...record,
      end: {
        ...record.end,
        kind: 'exited',
        exitCode: 1,
        cpuSeconds: 'cpuSeconds' in record.end ? record.end.cpuSeconds : 0,
      },
    }))
    expect(verdict).toMatchObject({ kind: 'differs', difference: { path: 'update.final.exitCode' } })
    expect(verdict.kind === 'differs' && verdict.recorded.seq).toBeGreaterThan(seq)
  })

  test('a stored file of another size: the report that names the true one', async () => {
    const last = recording('finished').findLastIndex(({ record }) => record.kind === 'transfer')
    const history = recording('finished').map((recorded, place): Recorded => {
      const { record } = recorded
      if (place !== last || record.kind !== 'transfer' || record.state.kind !== 'done') return recorded
      const { stored } = record.state
      return { ...recorded, record: { ...record, state: { kind: 'done', stored: stored && { ...stored, size: 1 } } } }
    })
    expect((await replayed(history)).verdict).toMatchObject({ kind: 'differs' })
  })

  test('an acknowledgement taken away: the message that could not follow', async () => {
    const history = recording('finished')
    const final = history.findLast(({ record }) => record.kind === 'acknowledged')
    const without = history.filter((recorded) => recorded !== final)
    expect((await replayed(without)).verdict).toMatchObject({
      kind: 'differs',
      recorded: { record: { kind: 'phase', phase: 'cleaning' } },
    })
  })

  test('a kill by the server put into an answer: the job does not go on as if nothing had been said', async () => {
    const history = recording('finished').map((recorded): Recorded => {
      const { record } = recorded
      if (record.kind !== 'acknowledged' || record.id !== 2) return recorded
      return { ...recorded, record: { ...record, commands: [{ name: 'tobekilled' }] } }
    })
    expect((await replayed(history)).verdict).toMatchObject({ kind: 'differs' })
  })

  test('a phase left out: the next one, which comes too early', async () => {
    const history = recording('finished').filter(
      ({ record }) => record.kind !== 'phase' || record.phase !== 'stage-out',
    )
    expect((await replayed(history)).verdict).toMatchObject({
      kind: 'differs',
      recorded: { record: { kind: 'phase', phase: 'log' } },
    })
  })

  test('the intent of a launch left out: the process that nobody meant to start', async () => {
    const { verdict } = await firstDifference('finished', 'launching', () => undefined)
    expect(verdict).toMatchObject({ kind: 'differs', recorded: { record: { kind: 'process' } } })
  })
})

test('where records are lost the proof ends, and says so', async () => {
  const history = recording('finished').filter(({ seq }) => seq !== 10)
  const result = await replay(history, [10])
  expect(result).toMatchObject({ kind: 'replayed', verdict: { kind: 'incomplete', missing: 10 } })
  expect(result.kind === 'replayed' && result.steps).toHaveLength(9)
})

test('without its definition nothing is replayed', async () => {
  const { history } = tampered(recording('finished'), 'definition', () => undefined)
  expect(await replay(history)).toEqual({
    kind: 'refused',
    text: expect.stringContaining('definition is not recorded'),
  })
})

test('a replay ends after the step it is told to', async () => {
  const { steps } = await replayed(recording('finished'), { until: ({ nth }) => nth === 5 })
  const whole = await replayed(recording('finished'))
  expect(steps).toEqual(whole.steps.slice(0, 5))
})

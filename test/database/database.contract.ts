import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PilotDatabase } from '../../src/database/port.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'

export interface DatabaseUnderTest {
  readonly database: PilotDatabase
  remove(): Promise<void>
}

const one = '1.0' as JobKey
const two = '2.0' as JobKey
const phase = (cause: string): JobRecord => ({ kind: 'phase', phase: 'payload', cause })
const outcome = { kind: 'outcome', outcome: 'failed', code: 1305, text: 'why' } as const satisfies JobRecord

/** What every PilotDatabase promises. `make` gets the clock the database must use. */
export function databaseContract(name: string, make: (now: () => number) => Promise<DatabaseUnderTest>): void {
  describe(name, () => {
    let under: DatabaseUnderTest
    let database: PilotDatabase
    let now = 0

    beforeEach(async () => {
      now = 1_700_000_000_000
      under = await make(() => now)
      database = under.database
    })

    afterEach(() => under.remove())

    const causes = (job: JobKey) =>
      database.history(job).map(({ record }) => ('cause' in record ? record.cause : record.kind))

    test('records come back as they were written, numbered from 1, with their time', async () => {
      const definition: JobRecord = {
        kind: 'definition',
        definition: { PandaID: 1, text: 'ä\u0000\ud800"', list: [1.5, null, true] },
        workDirectory: '/w',
        startTime: 5,
      }
      expect(await database.write(one, definition, 'flushed')).toEqual({ kind: 'written', seq: 1 })
      now += 10
      expect(await database.write(one, phase('a'), 'soon')).toEqual({ kind: 'written', seq: 2 })
      expect(database.history(one)).toEqual([
        { seq: 1, at: 1_700_000_000_000, record: definition },
        { seq: 2, at: 1_700_000_000_010, record: phase('a') },
      ])
    })

    test('writes that are not awaited keep their order, whatever their durability', async () => {
      const written = await Promise.all([
        database.write(one, phase('a'), 'flushed'),
        database.write(two, phase('x'), 'soon'),
        database.write(one, phase('b'), 'soon'),
        database.write(one, phase('c'), 'flushed'),
      ])
      expect(written.map((answer) => (answer.kind === 'written' ? answer.seq : answer.text))).toEqual([1, 1, 2, 3])
      expect(causes(one)).toEqual(['a', 'b', 'c'])
      expect(causes(two)).toEqual(['x'])
    })

    test('an outcome is written once, also when both are under way', async () => {
      const [first, second] = await Promise.all([
        database.write(one, outcome, 'flushed'),
        database.write(one, { ...outcome, outcome: 'finished' }, 'flushed'),
      ])
      expect(first.kind).toBe('written')
      expect(second).toMatchObject({ kind: 'failed', text: expect.stringContaining('has an outcome already') })
      expect((await database.write(one, outcome, 'soon')).kind).toBe('failed')
      expect(await database.write(one, phase('after'), 'soon')).toEqual({ kind: 'written', seq: 2 })
      expect((await database.write(two, outcome, 'soon')).kind).toBe('written')
    })

    test('a record that is no JSON is refused and leaves no gap', async () => {
      const circular: { self?: unknown } = {}
      circular.self = circular
      const record: JobRecord = { kind: 'definition', definition: circular, workDirectory: '', startTime: 0 }
      expect((await database.write(one, record, 'soon')).kind).toBe('failed')
      expect(await database.write(one, phase('a'), 'soon')).toEqual({ kind: 'written', seq: 1 })
    })

    test('an unknown job has an empty history', () => {
      expect(database.history(one)).toEqual([])
      expect(database.jobs()).toEqual([])
    })

    test('a forgotten job is gone, others stay', async () => {
      await database.write(one, outcome, 'soon')
      await database.write(two, phase('x'), 'soon')
      expect(database.jobs().toSorted()).toEqual([one, two])
      await database.forget(one)
      expect(database.jobs()).toEqual([two])
      expect(database.history(one)).toEqual([])
      expect(causes(two)).toEqual(['x'])
    })

    test('after closing, a write fails and nothing rejects', async () => {
      await database.close()
      expect((await database.write(one, phase('late'), 'flushed')).kind).toBe('failed')
    })

    test('any sequence of writes to any jobs is each job’s sequence', async () => {
      const writes = fc.array(
        fc.tuple(fc.constantFrom('7.0', '7.1', '8.0'), fc.string({ unit: 'binary' }), fc.boolean()),
      )
      let round = 0
      await fc.assert(
        fc.asyncProperty(writes, async (steps) => {
          round += 1
          const key = (job: string) => `${round}${job}` as JobKey
          await Promise.all(
            steps.map(([job, cause, soon]) => database.write(key(job), phase(cause), soon ? 'soon' : 'flushed')),
          )
          for (const job of ['7.0', '7.1', '8.0']) {
            const expected = steps.filter(([name]) => name === job).map(([, cause]) => cause)
            expect(causes(key(job))).toEqual(expected)
          }
        }),
        { numRuns: 30 },
      )
    })
  })
}

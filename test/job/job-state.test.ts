import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/job/errors.ts'
import type { AttemptNr, PandaId } from '../../src/job/ids.ts'
import { emptyJobState, foldHistory } from '../../src/job/job-state.ts'
import { acknowledge, enqueue } from '../../src/job/outbox.ts'
import { phases, type ServerState } from '../../src/job/phases.ts'
import type { ProcessEnd, ProcessIdentity } from '../../src/job/process.ts'
import type { JobRecord } from '../../src/job/record.ts'
import type { FinalPart, JobUpdate } from '../../src/job/update.ts'

const fold = (...records: readonly JobRecord[]) =>
  foldHistory(records.map((record, index) => ({ seq: index + 1, at: 1000 + index, record })))

const final: FinalPart = {
  endTime: 2000,
  stored: [],
  pilotError: undefined,
  payloadError: undefined,
  exitCode: 0,
  pilotTiming: '0|0|0|0|0|0',
  pilotLog: '',
  metaData: '',
}

function update(state: ServerState): JobUpdate {
  return {
    pandaId: 42 as PandaId,
    attemptNr: 1 as AttemptNr,
    state,
    startTime: 1000,
    coreCount: 1,
    nEvents: undefined,
    use: undefined,
    metrics: {},
    final: state === 'finished' || state === 'failed' ? final : undefined,
  }
}

const message = (id: number, state: ServerState): JobRecord => ({ kind: 'message', id, update: update(state) })
const acknowledged = (id: number): JobRecord => ({ kind: 'acknowledged', id, commands: [] })
const identity: ProcessIdentity = { pid: 7, startTicks: 99, bootId: 'boot', cookie: 'cookie' }
const end: ProcessEnd = { kind: 'exited', exitCode: 0, cpuSeconds: 1 }

describe('what a restarted pilot knows', () => {
  test('of no history: nothing', () => {
    expect(fold()).toEqual(emptyJobState)
  })

  test('of a whole job: everything, as last recorded', () => {
    const finding: Finding = { name: 'SIGTERM', detail: '', phase: 'payload', at: 5, origin: 'pilot' }
    const state = fold(
      { kind: 'definition', definition: { PandaID: 42 }, workDirectory: '/w', startTime: 1000 },
      { kind: 'phase', phase: 'stage-in', cause: 'accepted' },
      { kind: 'transfer', direction: 'in', lfn: 'a', state: { kind: 'intended', pfn: 'root://a' } },
      { kind: 'transfer', direction: 'in', lfn: 'b', state: { kind: 'intended', pfn: 'root://b' } },
      { kind: 'transfer', direction: 'in', lfn: 'a', state: { kind: 'done', stored: undefined } },
      { kind: 'phase', phase: 'payload', cause: 'inputs there' },
      { kind: 'launching', commandLine: 'run' },
      { kind: 'process', identity, statusFile: '/w/status' },
      { kind: 'finding', finding },
      { kind: 'payload-ended', end },
    )
    expect(state).toMatchObject({
      definition: { definition: { PandaID: 42 }, workDirectory: '/w', startTime: 1000 },
      phase: 'payload',
      transfers: [
        { direction: 'in', lfn: 'a', state: { kind: 'done' } },
        { direction: 'in', lfn: 'b', state: { kind: 'intended' } },
      ],
      process: { identity, statusFile: '/w/status' },
      findings: [finding],
      end,
      outcome: undefined,
      delivered: false,
    })
  })

  test('a file that is an input and an output is two transfers', () => {
    const state = fold(
      { kind: 'transfer', direction: 'in', lfn: 'a', state: { kind: 'done', stored: undefined } },
      { kind: 'transfer', direction: 'out', lfn: 'a', state: { kind: 'intended', pfn: 'root://a' } },
    )
    expect(state.transfers.map(({ state: { kind } }) => kind)).toEqual(['done', 'intended'])
  })

  test('a start that was intended and never confirmed is told apart from one that was', () => {
    const intended = fold({ kind: 'launching', commandLine: 'run' })
    expect(intended.launching).toEqual({ commandLine: 'run' })
    expect(intended.process).toBeUndefined()
  })

  test('the first outcome stays, whatever is recorded after it', () => {
    const outcome = (code: number): JobRecord => ({ kind: 'outcome', outcome: 'failed', code, text: '' })
    expect(fold(outcome(1305), outcome(1201)).outcome?.code).toBe(1305)
  })
})

describe('the outbox', () => {
  test('holds the message that was not acknowledged', () => {
    const { outbox } = fold(message(1, 'starting'), acknowledged(1), message(2, 'running'))
    expect(outbox.waiting.map(({ id, update: { state } }) => [id, state])).toEqual([[2, 'running']])
    expect(outbox.nextId).toBe(3)
  })

  test('is empty when all was acknowledged, and ids go on rising', () => {
    const { outbox, delivered } = fold(message(1, 'starting'), acknowledged(1))
    expect(outbox).toEqual({ heard: true, nextId: 2, waiting: [] })
    expect(delivered).toBe(false)
  })

  test('an acknowledged final is delivered, even if that was not recorded by itself', () => {
    expect(fold(message(1, 'finished'), acknowledged(1)).delivered).toBe(true)
    expect(fold(message(1, 'finished')).delivered).toBe(false)
    expect(fold(message(1, 'finished'), acknowledged(2)).delivered).toBe(false)
  })

  test('nothing is sent after a delivered final', () => {
    expect(fold(message(1, 'failed'), acknowledged(1), message(2, 'running')).outbox.waiting).toEqual([])
    expect(fold(message(1, 'failed'), { kind: 'delivered', at: 5 }).outbox.waiting).toEqual([])
  })

  test('is what the running pilot had, for any way messages and acknowledgements fell', () => {
    const state = fc.constantFrom<ServerState>('starting', 'running', 'finished', 'failed')
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), state }),
      fc.constant({ kind: 'heard' as const }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let outbox = emptyJobState.outbox
        const records: JobRecord[] = []
        for (const next of steps) {
          const [first] = outbox.waiting
          if (next.kind === 'send') {
            const grown = enqueue(outbox, update(next.state))
            const queued = grown.waiting[0]
            if (grown !== outbox && queued !== undefined) records.push({ kind: 'message', ...queued })
            outbox = grown
          } else if (first !== undefined) {
            records.push(acknowledged(first.id))
            outbox = acknowledge(outbox, first.id)
            if (first.update.final !== undefined) break
          }
        }
        expect(fold(...records).outbox).toEqual(outbox)
      }),
    )
  })
})

test('any records in any order give a state', () => {
  const record = fc.oneof(
    fc.record({ kind: fc.constant('phase'), phase: fc.constantFrom(...phases), cause: fc.string() }),
    fc.record({ kind: fc.constant('acknowledged'), id: fc.integer(), commands: fc.constant([]) }),
    fc.record({ kind: fc.constant('delivered'), at: fc.integer() }),
    fc.record({ kind: fc.constant('payload-ended'), end: fc.constant(end) }),
    fc.record({ kind: fc.constant('outcome'), outcome: fc.constant('failed'), code: fc.integer(), text: fc.string() }),
    fc
      .tuple(fc.integer(), fc.constantFrom<ServerState>('starting', 'finished'))
      .map(([id, state]) => message(id, state)),
    fc.record({ kind: fc.string() }),
  ) as fc.Arbitrary<JobRecord>
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const state = fold(...records)
      const outcomes = records.filter(({ kind }) => kind === 'outcome')
      expect(state.outcome === undefined).toBe(outcomes.length === 0)
      expect(state.delivered && state.outbox.waiting.length > 0).toBe(false)
      expect(state.outbox.waiting.length).toBeLessThanOrEqual(1)
    }),
  )
})

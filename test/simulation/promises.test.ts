import { describe, expect, test } from 'vitest'
import { errors } from '../../src/job/error-table.ts'
import type { AttemptNr, JobKey, PandaId } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'
import type { FinalPart, JobUpdate } from '../../src/job/update.ts'
import type { Happening } from '../../src/simulation/happening.ts'
import { promises } from '../../src/simulation/promises/promises.ts'
import { World } from '../../src/simulation/world.ts'
import { smallScenario } from './parts.ts'

const key = '6001.1' as JobKey
const stranger = '6099.1' as JobKey
const pilot = 0

const final: FinalPart = {
  endTime: 5000,
  stored: [],
  pilotError: undefined,
  payloadError: undefined,
  exitCode: 0,
  pilotTiming: '1|2|3|4|5|6',
  pilotLog: '',
  metaData: '',
}
const running: JobUpdate = {
  pandaId: 6001 as PandaId,
  attemptNr: 1 as AttemptNr,
  state: 'running',
  startTime: 1000,
  coreCount: 1,
  nEvents: undefined,
  use: undefined,
  metrics: {},
  final: undefined,
}
const finished: JobUpdate = { ...running, state: 'finished', final }
const failed = (code: number, text = 'why'): JobUpdate => ({
  ...running,
  state: 'failed',
  final: { ...final, pilotError: { code, text } },
})

const handedOver: Happening = { type: 'job.handedOver', pilot, key }
const sent = (update: JobUpdate): Happening => ({ type: 'update.sent', pilot, update })
const heard = (update: JobUpdate, command = 'NULL'): Happening => ({ type: 'update.heard', pilot, update, command })
const answered = (update: JobUpdate, answer: 'accepted' | 'unknown', ...commands: string[]): Happening => ({
  type: 'update.answered',
  pilot,
  update,
  answer,
  commands,
})
const written = (record: JobRecord, job = key): Happening => ({
  type: 'record.written',
  pilot,
  key: job,
  record,
  durability: 'flushed',
  kept: true,
})
const definition = (job = key) =>
  written({ kind: 'definition', definition: {}, workDirectory: '/launch/x', startTime: 0 }, job)
const outcome = (update: JobUpdate) => written({ kind: 'outcome', outcome: 'finished', code: 0, text: '', update }, key)
const launched: Happening = { type: 'payload.launched', pilot, key, pid: 1 }
const copying = (lfn: string): Happening => ({ type: 'copy.started', pilot, key, direction: 'out', lfn })
const intended = (lfn: string) =>
  written({ kind: 'transfer', direction: 'out', lfn, state: { kind: 'intended', pfn: '/x' } })
const settled: Happening = { type: 'job.settled', key, outcome: 'finished', by: 'adder' }
const left: Happening = { type: 'pilot.left', pilot, text: '' }

/** What a promise has against a history; each happening at its own second, or as given. */
function breaches(name: string, history: readonly (Happening | readonly [Happening, number])[]): readonly string[] {
  const promised = promises.find((each) => each.name === name)
  if (promised === undefined) throw new Error(`there is no promise "${name}"`)
  const watch = promised.watch(new World(smallScenario(), () => {}))
  const found: string[] = []
  let at = 0
  for (const entry of history) {
    const [happening, given] = 'type' in entry ? [entry, at + 1000] : entry
    at = given
    const text = watch.see(happening, at)
    if (text !== undefined) found.push(text)
  }
  return [...found, ...(watch.end?.(at) ?? [])]
}

type Case = readonly [what: string, promise: string, history: readonly (Happening | readonly [Happening, number])[]]

const hour = 3_600_000

const violations: readonly Case[] = [
  ['another final update', 'one outcome', [sent(finished), sent(failed(1305))]],
  ['a payload launched twice', 'one outcome', [launched, launched]],
  ['a job settled twice', 'one outcome', [settled, settled]],
  ['two jobs in one slot', 'one outcome', [definition(), definition(stranger)]],
  ['success before the payload ended', 'no false success', [sent(finished)]],
  [
    'success of a payload that failed',
    'no false success',
    [
      {
        type: 'payload.ended',
        pilot,
        key,
        truth: { end: { kind: 'signalled', signal: 'SIGKILL', cpuSeconds: 1 }, outputs: new Map() },
      },
      sent(finished),
    ],
  ],
  [
    'success without outputs',
    'no false success',
    [
      {
        type: 'payload.ended',
        pilot,
        key,
        truth: { end: { kind: 'exited', exitCode: 0, cpuSeconds: 1 }, outputs: new Map() },
      },
      sent(finished),
    ],
  ],
  ['a payload that starts without its input', 'no false success', [launched]],
  ['a job that is never told of', 'no silent loss', [definition(), left]],
  ['a failure without a code', 'no silent loss', [sent(failed(0))]],
  ['a failure without a reason', 'no silent loss', [sent(failed(1305, ''))]],
  ['a final update before its record', 'resumable', [handedOver, sent(finished), outcome(finished)]],
  ['an update about a job of nobody', 'resumable', [sent(running)]],
  ['a copy before its intent', 'resumable', [copying('a')]],
  ['a launch before its intent', 'resumable', [launched]],
  ['a fourth try of a file', 'bounded', [copying('a'), copying('a'), copying('a'), copying('a')]],
  ['five files under way', 'bounded', ['a', 'b', 'c', 'd', 'e'].map(copying)],
  ['two updates under way', 'bounded', [sent(running), sent(running)]],
  [
    'a final repeated at once',
    'bounded',
    [
      [sent(finished), 0],
      [answered(finished, 'unknown'), 10],
      [sent(finished), 20],
    ],
  ],
  ['a signal to a stranger', 'contained', [{ type: 'signal.sent', pilot, key: undefined, signal: 'SIGKILL' }]],
  ['a file elsewhere', 'contained', [{ type: 'file.changed', pilot, path: '/launcher/x' }]],
  ['a job that is silent for hours', 'alive', [definition(), [settled, 1.5 * hour]]],
  [
    'a final that is not sent again',
    'alive',
    [definition(), sent(finished), answered(finished, 'unknown'), [settled, hour]],
  ],
  ['a kill that nobody ordered', 'obedient', [heard(running), sent(failed(errors.PANDAKILL.code))]],
  ['a log that nobody wants', 'obedient', [heard(running, 'debugoff'), sent({ ...running, stdout: 'x' })]],
  [
    'a kill that is not obeyed',
    'obedient',
    [
      written({ kind: 'phase', phase: 'payload', cause: '' }),
      answered(running, 'accepted', 'tobekilled'),
      sent(finished),
    ],
  ],
  ['a failure without a cause', 'no needless failure', [sent(failed(1220))]],
  ['an end before the start', 'plausible', [sent({ ...finished, final: { ...final, endTime: 999 } })]],
  ['a time below nothing', 'plausible', [sent({ ...finished, final: { ...final, pilotTiming: '-1|2|3|4|5|6' } })]],
]

const kept: readonly Case[] = [
  ['a final update sent again', 'one outcome', [sent(finished), sent(finished)]],
  [
    'a failure with code and reason, heard',
    'no silent loss',
    [definition(), sent(failed(1305)), heard(failed(1305)), left],
  ],
  ['record, then tell', 'resumable', [handedOver, outcome(finished), sent(finished), intended('a'), copying('a')]],
  [
    'a repetition after its pause',
    'bounded',
    [
      [sent(finished), 0],
      [answered(finished, 'unknown'), 10],
      [sent(finished), 900],
    ],
  ],
  ['a file of the job', 'contained', [{ type: 'file.changed', pilot, path: '/launch/x' }]],
  ['a heartbeat each half hour', 'alive', [definition(), [sent(running), hour / 2], [sent(running), hour], left]],
  ['a kill that was ordered', 'obedient', [heard(running, 'tobekilled'), sent(failed(errors.PANDAKILL.code))]],
  ['a log in debug mode', 'obedient', [heard(running, 'debug,nocleanup'), sent({ ...running, stdout: 'x' })]],
  ['times in order', 'plausible', [sent(finished)]],
]

describe('a planted violation is found', () => {
  test.each(violations)('%s breaks "%s"', (_what, promise, history) => {
    expect(breaches(promise, history)).toHaveLength(1)
  })

  test('of every promise', () => {
    expect(new Set(violations.map(([, promise]) => promise))).toEqual(new Set(promises.map(({ name }) => name)))
  })
})

describe('what is as it should be is let pass', () => {
  test.each(kept)('%s keeps "%s"', (_what, promise, history) => {
    expect(breaches(promise, history)).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenGrant } from '../../src/standin/front/identity.ts'
import { type AcquireRequest, acquireJobs } from '../../src/standin/model/acquire.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import { clearCommand, setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { addJob, createPanda } from '../../src/standin/model/panda.ts'
import { findDifference, notSpoken } from './differences.ts'
import { definitionsIn, likeness } from './standin-definitions.ts'
import { noSamples, type Recording, readRecordings } from './standin-recordings.ts'
import { openStage, type Sender, type Stage } from './standin-replay.ts'
import { compareRow } from './standin-rows.ts'
import { needSamples, report } from './standin-suite.ts'

const queue = 'TESTBED_QUEUE'

/** A recorded call that is not kept in the samples but left its jobs `sent`. */
const notKept: AcquireRequest = {
  queue,
  label: 'managed',
  memory: 0,
  disk: 0,
  remainingTime: 0,
  node: 'n',
  computingElement: null,
  userDn: null,
  taskID: null,
  jobType: null,
  background: false,
  resourceType: null,
  harvesterID: null,
  workerID: null,
  schedulerID: null,
  count: 2,
  timeout: 60,
}

function find(recordings: readonly Recording[], start: string): Recording {
  const recording = recordings.find(({ name }) => name.startsWith(start))
  if (recording === undefined) throw new Error(`no recording ${start}`)
  return recording
}

needSamples()

describe.skipIf(noSamples !== null)(`the v1 dialect answers as PanDA 1.0.3 did (${noSamples ?? 'v1-1.0.3'})`, () => {
  const folder = 'v1-1.0.3'
  const panda = createPanda()
  const recordings = noSamples === null ? readRecordings(folder) : []
  const spoken = recordings.filter(({ name }) => findDifference(notSpoken, folder, name) === undefined)
  let stage: Stage

  const now = () => stage.time
  const definitionOf = (start: string) => definitionsIn(find(recordings, start).answer)[0] ?? {}

  /** What the operators of the recorded server did between the calls; the numbers are PandaIDs. */
  const before: Record<string, () => void> = {
    '121': () => addJob(panda, now(), definitionOf('121-'), { queue }),
    '123': () => {
      for (const PandaID of [17, 18]) addJob(panda, now(), likeness(definitionOf('121-'), { PandaID }), { queue })
      acquireJobs(panda, now(), notKept)
      addJob(panda, now(), definitionOf('123-'), { queue })
    },
    '124': () => addJob(panda, now(), definitionOf('124-'), { queue }),
    '141': () => setCommand(panda, now(), 16, 'tobekilled'),
    '142': () => {
      clearCommand(panda, 16)
      setCommand(panda, now(), 16, 'softkill')
    },
    '143': () => {
      clearCommand(panda, 16)
      setDebug(panda, now(), 16, true)
    },
    '144': () => setDebug(panda, now(), 16, false),
    '146': () => runAdder(panda, now()),
    '147': () => runAdder(panda, now()),
  }
  const senders: Record<string, Sender> = {
    '105': 'ordinary user',
    '106': 'plain HTTP',
    '139': 'ordinary user',
  }

  beforeAll(async () => {
    stage = await openStage(panda, ['v1'])
  })
  afterAll(() => stage.close())

  it.each(spoken)('$name', async (recording) => {
    const number = recording.name.slice(0, 3)
    stage.time = recording.answer.at
    before[number]?.()
    const answer = await stage.send(senders[number] ?? 'production robot', recording.request)
    report(folder, recording, answer)
    compareRow(folder, number, panda)
  })

  it('what the Adder made of the finished and of the failed job is what the real Adder made of them', () => {
    compareRow(folder, '144-after-adder', panda)
    compareRow(folder, '146-after-adder', panda)
  })
})

describe.skipIf(noSamples !== null)('tokens are taken and refused as PanDA 1.0.3 did', () => {
  const folder = 'token-1.0.3'
  const panda = createPanda()
  const recordings = noSamples === null ? readRecordings(folder) : []
  let stage: Stage

  const tokenOf = (start: string) =>
    /^Authorization: Bearer (\S+)/m.exec(find(recordings, start).request.toString('latin1'))?.[1] ?? ''
  const grants = (): [string, TokenGrant][] => [
    [tokenOf('301-'), { vo: 'wlcg', role: 'production', name: 'grid pilot robot' }],
    [tokenOf('305-'), { invalid: 'Signature has expired' }],
    [tokenOf('306-'), { vo: 'wlcg', role: 'other', name: 'grid pilot robot' }],
    [tokenOf('307-'), { invalid: 'cannot extract client_id from token' }],
    [tokenOf('308-'), { invalid: 'failed to decode: Invalid issuer' }],
  ]

  beforeAll(async () => {
    stage = await openStage(panda, ['v1'], new Map(grants()))
    const { answer } = find(recordings, '301-')
    for (const definition of definitionsIn(answer)) addJob(panda, answer.at, definition, { queue })
  })
  afterAll(() => stage.close())

  it.each(recordings)('$name', async (recording) => {
    stage.time = recording.answer.at
    report(folder, recording, await stage.send('nobody over TLS', recording.request))
  })

  it('every recorded token that was good once is known to the stand-in', () => {
    expect(new Set(grants().map(([token]) => token)).size).toBe(grants().length)
  })
})

import type { DialectName } from '../../src/standin/dialect.ts'
import type { TokenGrant } from '../../src/standin/front/identity.ts'
import { acquireJobs } from '../../src/standin/model/acquire.ts'
import { runAdder } from '../../src/standin/model/adder.ts'
import { clearCommand, setCommand, setDebug } from '../../src/standin/model/commands.ts'
import { addEvents } from '../../src/standin/model/events.ts'
import { addJob, createPanda, type Panda } from '../../src/standin/model/panda.ts'
import { anyJob } from '../standin/fixtures.ts'
import { definitionsIn, likeness } from './standin-definitions.ts'
import { noSamples, type Recording, readRecordings } from './standin-recordings.ts'
import type { Sender } from './standin-replay.ts'

/** A recorded folder being replayed: the modelled server and what was recorded. */
export interface World {
  readonly panda: Panda
  readonly recordings: readonly Recording[]
  /** ms since the epoch. */
  now: number
}

/** How a folder was recorded, apart from its bytes. */
export interface Run {
  readonly folder: string
  readonly title: string
  readonly dialects: readonly DialectName[]
  /** By number: what the operators of the recorded server did before the call. */
  readonly before: Readonly<Record<string, (world: World) => void>>
  /** By number; the production robot unless named. */
  readonly senders: Readonly<Record<string, Sender>>
  readonly sender: Sender
  readonly tokens: (world: World) => ReadonlyMap<string, TokenGrant>
}

const queue = 'TESTBED_QUEUE'

export function openWorld(run: Run): World {
  return { panda: createPanda(), recordings: noSamples === null ? readRecordings(run.folder) : [], now: 0 }
}

function find({ recordings }: World, start: string): Recording {
  const recording = recordings.find(({ name }) => name.startsWith(start))
  if (recording === undefined) throw new Error(`no recording ${start}`)
  return recording
}

const noTokens = () => new Map()

/** Offers the jobs that a recorded answer hands out. */
function offer(world: World, start: string, changes: Record<string, unknown> = {}): void {
  for (const definition of definitionsIn(find(world, start).answer)) {
    addJob(world.panda, world.now, likeness(definition, changes), { queue })
  }
}

/** The event service job and the six ranges of its one file; their GUID stands only in a recorded answer about them. */
function offerEvents(world: World, jobAnswer: string, PandaID: number, rangesAnswer: string): void {
  offer(world, jobAnswer)
  addEvents(world.panda, {
    taskID: 500,
    jobsetID: 900_000 + PandaID,
    fileID: 700_000 + PandaID,
    ranges: 6,
    eventsPerRange: 10,
    attemptNr: 3,
    LFN: 'input.0001.root',
    GUID: /"GUID": "([^"]+)"/.exec(find(world, rangesAnswer).answer.body)?.[1] ?? '',
    scope: 'test',
  })
}

const legacy: Run = {
  folder: 'legacy-0.8.1',
  title: 'PanDA 0.8.1, legacy dialect',
  dialects: ['legacy'],
  sender: 'production robot',
  senders: {
    '004': 'ordinary user',
    '005': 'ordinary user',
    '006': 'plain HTTP',
    '014': 'ordinary user',
    '031': 'ordinary user',
  },
  tokens: noTokens,
  before: {
    '011': (world) => {
      for (const source of ['011-', '012-', '013-']) offer(world, source)
    },
    '014': (world) => offer(world, '015-'),
    '017': (world) => {
      offer(world, '012-', { PandaID: 14 })
      offer(world, '012-', { PandaID: 15, minRamCount: 2000 })
    },
    '024': ({ panda, now }) => void setDebug(panda, now, 9, true),
    '025': ({ panda, now }) => {
      setDebug(panda, now, 9, false)
      setCommand(panda, now, 9, 'tobekilled')
    },
    '028': ({ panda }) => clearCommand(panda, 9),
    '041': ({ panda, now }) => void runAdder(panda, now),
    '045': ({ panda, now }) => void runAdder(panda, now),
    '201': (world) => {
      // The jobs that were left over had been taken by calls that are not kept.
      acquireJobs(world.panda, world.now - 3_600_000, { ...anyJob, queue, count: 9 })
      offerEvents(world, '201-', 23, '203-')
    },
    '215': ({ panda, now }) => void setCommand(panda, now, 23, 'tobekilled'),
  },
}

const v1: Run = {
  folder: 'v1-1.0.3',
  title: 'PanDA 1.0.3, v1 dialect',
  dialects: ['v1'],
  sender: 'production robot',
  senders: { '105': 'ordinary user', '106': 'plain HTTP', '139': 'ordinary user' },
  tokens: noTokens,
  before: {
    '121': (world) => offer(world, '121-'),
    '123': (world) => {
      for (const PandaID of [17, 18]) offer(world, '121-', { PandaID })
      // A call that is not kept left these two `sent`.
      acquireJobs(world.panda, world.now, { ...anyJob, queue, node: 'n', count: 2 })
      offer(world, '123-')
    },
    '124': (world) => offer(world, '124-'),
    '141': ({ panda, now }) => void setCommand(panda, now, 16, 'tobekilled'),
    '142': ({ panda, now }) => {
      clearCommand(panda, 16)
      setCommand(panda, now, 16, 'softkill')
    },
    '143': ({ panda, now }) => {
      clearCommand(panda, 16)
      setDebug(panda, now, 16, true)
    },
    '144': ({ panda, now }) => void setDebug(panda, now, 16, false),
    '146': ({ panda, now }) => void runAdder(panda, now),
    '147': ({ panda, now }) => void runAdder(panda, now),
    '251': (world) => offerEvents(world, '251-', 25, '253-'),
  },
}

const tokens: Run = {
  folder: 'token-1.0.3',
  title: 'PanDA 1.0.3, tokens',
  dialects: ['v1'],
  sender: 'nobody over TLS',
  senders: {},
  before: { '301': (world) => offer(world, '301-') },
  tokens: (world) => {
    const tokenOf = (start: string) =>
      /^Authorization: Bearer (\S+)/m.exec(find(world, start).request.toString('latin1'))?.[1] ?? ''
    return new Map<string, TokenGrant>([
      [tokenOf('301-'), { vo: 'wlcg', role: 'production', name: 'grid pilot robot' }],
      [tokenOf('305-'), { invalid: 'Signature has expired' }],
      [tokenOf('306-'), { vo: 'wlcg', role: 'other', name: 'grid pilot robot' }],
      [tokenOf('307-'), { invalid: 'cannot extract client_id from token' }],
      [tokenOf('308-'), { invalid: 'failed to decode: Invalid issuer' }],
    ])
  },
}

const referencePilot = (folder: string, title: string): Run => ({
  folder,
  title,
  dialects: ['legacy'],
  sender: 'production robot',
  senders: {},
  tokens: noTokens,
  before: {
    '001': (world) => {
      const given = world.recordings.filter(({ answer }) => answer.body.includes('PandaID='))
      for (const { name } of given) offer(world, name)
    },
  },
})

export const runs: readonly Run[] = [
  legacy,
  v1,
  tokens,
  referencePilot('pilot3-against-legacy', 'the reference pilot, no input'),
  referencePilot('pilot3-against-legacy-with-rucio-input', 'the reference pilot, input found by Rucio'),
]

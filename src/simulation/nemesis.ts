import { type Random, randomFor } from './random.ts'
import type {
  CallFault,
  CopyFault,
  Fault,
  JobScript,
  PayloadScript,
  PilotScript,
  ProfileName,
  Scenario,
} from './scenario.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

export interface WorldSize {
  /** At most so many; the seed draws how many. */
  readonly pilots: number
  readonly jobs: number
}

/** How a profile troubles a world: what may be done, and how often at most. */
interface Trouble {
  readonly faults: readonly ((draw: Draw) => Fault)[]
  readonly most: number
  /** How often a payload misbehaves. */
  readonly hostility: number
}

interface Draw extends WorldSize {
  readonly random: Random
}

const callFaults: readonly [CallFault, ...CallFault[]] = [
  'lose request',
  'lose answer',
  'reorder',
  'delay',
  'repeat',
  'cut',
  'garble',
  'break',
]
const copyFaults: readonly [CopyFault, ...CopyFault[]] = ['fail', 'corrupt', 'corrupt', 'hang', 'slow', 'vanish']
/** Moments between which much is decided. */
const deadly: readonly [DeathMoment, ...DeathMoment[]] = [
  'definition',
  'transfer',
  'launching',
  'process',
  'payload-ended',
  'outcome',
  'message',
  'acknowledged',
  'delivered',
  'phase',
]
type DeathMoment = (Fault & { readonly kind: 'death' })['of']

/** What the server may be made to say; `none` takes its word back. */
const orders: readonly [string, ...string[]] = [
  'kill',
  'kill',
  'debug',
  'debugoff',
  'softkill',
  'nocleanup',
  'tail payload.stdout',
  'nocleanup,unheard of',
]

const call = ({ random, pilots }: Draw): Fault => ({
  kind: 'call',
  pilot: random.whole(0, pilots - 1),
  nth: random.whole(1, 10),
  how: random.one(callFaults),
})
const refusal = ({ random, pilots }: Draw): Fault => ({
  kind: 'call',
  pilot: random.whole(0, pilots - 1),
  nth: random.whole(2, 10),
  how: 'refuse',
})
const copy = ({ random, pilots }: Draw): Fault => ({
  kind: 'copy',
  pilot: random.whole(0, pilots - 1),
  nth: random.whole(1, 8),
  how: random.one(copyFaults),
})
const outage = ({ random }: Draw): Fault => ({ kind: 'outage', ...span(random, 3 * hour) })
const nodeOutage = ({ random }: Draw): Fault => ({
  kind: 'outage',
  ...span(random, 4 * hour),
  node: random.whole(0, 2),
})
const partition = ({ random, pilots }: Draw): Fault => ({
  kind: 'partition',
  pilot: random.whole(0, pilots - 1),
  ...span(random, 4 * hour),
})
const death = ({ random, pilots }: Draw): Fault => ({
  kind: 'death',
  pilot: random.whole(0, pilots - 1),
  ...(random.chance(0.5)
    ? { of: 'effect', nth: random.chance(0.5) ? random.whole(1, 60) : random.whole(1, 160) }
    : { of: random.one(deadly), nth: random.whole(1, 3) }),
  when: random.one(['before', 'after']),
  how: random.chance(0.8) ? 'killed' : 'power cut',
  tail: random.whole(0, 5),
  restart: random.chance(0.9),
})
const pause = ({ random, pilots }: Draw): Fault => ({
  kind: 'pause',
  pilot: random.whole(0, pilots - 1),
  at: moment(random),
  for: random.whole(5 * second, random.one([minute, hour, 3 * hour])),
})
const signal = ({ random, pilots }: Draw): Fault => ({
  kind: 'signal',
  pilot: random.whole(0, pilots - 1),
  at: moment(random),
})
const fullDisk = ({ random, pilots }: Draw): Fault => ({
  kind: 'disk full',
  pilot: random.whole(0, pilots - 1),
  ...span(random, hour),
})
const storage = ({ random }: Draw): Fault => ({ kind: 'storage', ...span(random, hour) })
const slowDisk = ({ random, pilots }: Draw): Fault => ({
  kind: 'slow disk',
  pilot: random.whole(0, pilots - 1),
  ...span(random, 2 * hour),
  ms: random.whole(100, 30 * second),
})
const clockJump = ({ random, pilots }: Draw): Fault => ({
  kind: 'clock',
  pilot: random.whole(0, pilots - 1),
  at: moment(random),
  by: random.whole(-26 * hour, 26 * hour),
})
const credentials = ({ random, pilots }: Draw): Fault => ({
  kind: 'credentials',
  pilot: random.whole(0, pilots - 1),
  ...span(random, 2 * hour),
  state: random.one(['expired', 'short']),
})
const order = ({ random, jobs }: Draw): Fault => ({
  kind: 'order',
  job: random.whole(0, jobs - 1),
  at: moment(random),
  order: random.one(orders),
})

const troubles: Readonly<Record<ProfileName, Trouble>> = {
  calm: { faults: [order], most: 1, hostility: 0 },
  'flaky network': { faults: [call, call, call, partition, nodeOutage, copy, copy, refusal], most: 6, hostility: 0.1 },
  'dying nodes': { faults: [death, death, death, signal, pause, call], most: 4, hostility: 0.1 },
  'slow or full disks': { faults: [fullDisk, slowDisk, copy, death, copy, storage], most: 5, hostility: 0.1 },
  'hostile payloads': { faults: [order, signal, death, copy], most: 4, hostility: 0.8 },
  'server maintenance': { faults: [outage, nodeOutage, call, order, death], most: 4, hostility: 0.1 },
  'clock trouble': { faults: [clockJump, clockJump, pause, pause, credentials, death], most: 5, hostility: 0.1 },
  chaos: {
    faults: [
      call,
      call,
      copy,
      copy,
      death,
      death,
      outage,
      partition,
      storage,
      pause,
      signal,
      fullDisk,
      slowDisk,
      clockJump,
      credentials,
      order,
    ],
    most: 8,
    hostility: 0.4,
  },
}

/** The scenario that a seed decides. Each part has its own draws: another profile keeps the same pilots and jobs. */
export function drawScenario(seed: number, profile: ProfileName, size: WorldSize): Scenario {
  const { faults, most, hostility } = troubles[profile]
  const shape = randomFor(seed, 'shape')
  const pilots = Array.from({ length: shape.whole(1, size.pilots) }, (_, index) =>
    drawPilot(randomFor(seed, `pilot ${index}`), index),
  )
  const jobs = Array.from({ length: shape.whole(1, size.jobs) }, (_, index) =>
    drawJob(randomFor(seed, `job ${index}`), hostility),
  )
  const random = randomFor(seed, `nemesis ${profile}`)
  const draw = { random, pilots: pilots.length, jobs: jobs.length }
  const one = faults as readonly [(draw: Draw) => Fault, ...((draw: Draw) => Fault)[]]
  const drawn = Array.from({ length: random.whole(profile === 'calm' ? 0 : 1, most) }, () => random.one(one)(draw))
  return { seed, profile, pilots, jobs, faults: drawn }
}

function drawPilot(random: Random, index: number): PilotScript {
  return {
    startsAt: index === 0 ? 0 : random.whole(0, 5 * minute),
    slots: random.chance(0.7) ? 1 : 2,
    timeFloor: random.chance(0.6) ? 0 : 180,
    copytool: random.chance(0.6) ? 'net' : 'mv',
  }
}

function drawJob(random: Random, hostility: number): JobScript {
  return {
    inputs: random.whole(0, 3),
    outputs: random.whole(1, 3),
    transform: random.chance(0.8) ? 'present' : 'download',
    payload: drawPayload(random, hostility),
  }
}

function drawPayload(random: Random, hostility: number): PayloadScript {
  const misbehaves = (share: number): boolean => random.chance(hostility * share)
  return {
    duration: random.chance(0.8) ? random.whole(5 * second, 20 * minute) : random.whole(20 * minute, 3 * hour),
    exitCode: misbehaves(0.4) ? random.one([1, 65, 139, 255]) : 0,
    leaves: misbehaves(0.4) ? random.one(['missing', 'empty']) : 'all',
    ignoresTerm: misbehaves(0.5),
    leavesDaemon: misbehaves(0.5),
  }
}

/** Mostly early, when the jobs are at work. */
function moment(random: Random): number {
  return random.whole(0, random.one([minute, 10 * minute, 30 * minute, 3 * hour]))
}

function span(random: Random, longest: number): { readonly from: number; readonly until: number } {
  const from = moment(random)
  return { from, until: from + random.whole(minute, longest) }
}

import type { JobKey } from '../job/ids.ts'
import type { Recorded } from '../job/record.ts'
import type { WorldClock } from './clock.ts'
import type { Content, PayloadTruth, Witness } from './happening.ts'
import type { Random } from './random.ts'
import type { Fault, PayloadScript } from './scenario.ts'

/** A file on a node's disk; `text` where somebody reads it. */
export interface DiskFile extends Content {
  readonly text?: string
}

/** A payload's first process and what it started. It lives on when its pilot dies. */
export interface PayloadProcess {
  readonly key: JobKey
  readonly pid: number
  readonly cookie: string
  readonly directory: string
  readonly script: PayloadScript
  /** Undefined while it lives. */
  truth: PayloadTruth | undefined
  /** The launcher wrote how it ended. */
  statusWritten: boolean
  /** Processes it left behind. */
  daemons: number
  readonly startedAt: number
  readonly watchers: Set<() => void>
}

/** A record with what is known of its way to the disk. */
export interface DiskRecord {
  readonly key: JobKey
  readonly recorded: Recorded
  /** Its write was answered. */
  answered: boolean
  /** A flush that covers it was answered. */
  synced: boolean
}

/** A worker node: what survives the death of a pilot process. */
export interface WorkerNode {
  readonly pilot: number
  readonly clock: WorldClock
  readonly files: Map<string, DiskFile>
  readonly directories: Set<string>
  records: DiskRecord[]
  readonly processes: PayloadProcess[]
  /** Wall clock against the world's time, ms. */
  skew: number
  nextPid: number
  /** Counted over all lives of the pilot. */
  readonly effects: Map<string, number>
  calls: number
  copies: number
  readonly faults: readonly Fault[]
  readonly random: Random
  readonly witness: Witness
}

/** A node on which nothing has happened yet. */
export function createNode(
  given: Pick<WorkerNode, 'pilot' | 'clock' | 'faults' | 'random' | 'witness'> & {
    readonly files?: WorkerNode['files']
  },
): WorkerNode {
  return {
    files: new Map(),
    ...given,
    directories: new Set(),
    records: [],
    processes: [],
    skew: 0,
    nextPid: 100 + 1000 * given.pilot,
    effects: new Map(),
    calls: 0,
    copies: 0,
  }
}

type Windowed = Extract<Fault, { readonly from: number }>

/** A fault of this kind that holds now. */
export function holds<Kind extends Windowed['kind']>(
  { faults, clock }: Pick<WorkerNode, 'faults' | 'clock'>,
  kind: Kind,
): Extract<Windowed, { readonly kind: Kind }> | undefined {
  return faults.find(
    (fault): fault is Extract<Windowed, { readonly kind: Kind }> =>
      fault.kind === kind && fault.from <= clock.now && clock.now < fault.until,
  )
}

/** ms since the epoch at which every world begins: 2026-01-01. */
export const worldStart = 1_767_225_600_000

export function wallClock({ clock, skew }: WorkerNode): number {
  return worldStart + clock.now + skew
}

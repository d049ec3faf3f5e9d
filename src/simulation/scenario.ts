import type { JobRecord } from '../job/record.ts'

/** What is done to a world. Times are ms after its start; `pilot` and `job` count from 0, `nth` from 1. */
export type Fault =
  /** The nth call of a pilot to the server goes wrong. */
  | { readonly kind: 'call'; readonly pilot: number; readonly nth: number; readonly how: CallFault }
  /** Nodes of the server do not answer; without `node` none does. */
  | { readonly kind: 'outage'; readonly from: number; readonly until: number; readonly node?: number }
  /** Nothing of one pilot reaches the server, nor the other way. */
  | { readonly kind: 'partition'; readonly pilot: number; readonly from: number; readonly until: number }
  /** The nth copy of a pilot goes wrong. */
  | { readonly kind: 'copy'; readonly pilot: number; readonly nth: number; readonly how: CopyFault }
  /**
   * The process dies at its nth effect, or the nth time it writes a record of a kind: before it was done or after, its
   * answer unheard. `tail`: so many of the last records that no flush covers are lost or torn. A power cut takes the
   * payloads with it.
   */
  | {
      readonly kind: 'death'
      readonly pilot: number
      readonly of: 'effect' | JobRecord['kind']
      readonly nth: number
      readonly when: 'before' | 'after'
      readonly how: 'killed' | 'power cut'
      readonly tail: number
      readonly restart: boolean
    }
  /** No storage takes or gives a file. */
  | { readonly kind: 'storage'; readonly from: number; readonly until: number }
  | { readonly kind: 'pause'; readonly pilot: number; readonly at: number; readonly for: number }
  | { readonly kind: 'signal'; readonly pilot: number; readonly at: number }
  | { readonly kind: 'disk full'; readonly pilot: number; readonly from: number; readonly until: number }
  /** Every flush takes so long. */
  | {
      readonly kind: 'slow disk'
      readonly pilot: number
      readonly from: number
      readonly until: number
      readonly ms: number
    }
  /** The wall clock jumps. */
  | { readonly kind: 'clock'; readonly pilot: number; readonly at: number; readonly by: number }
  | {
      readonly kind: 'credentials'
      readonly pilot: number
      readonly from: number
      readonly until: number
      readonly state: 'expired' | 'short'
    }
  /** Somebody orders something for a job; `kill` as the server does it, the rest is its word with every answer. */
  | { readonly kind: 'order'; readonly job: number; readonly at: number; readonly order: string }

export type CallFault =
  | 'lose request'
  | 'lose answer'
  /** It arrives long after the pilot stopped waiting for it, and after later ones. */
  | 'reorder'
  | 'delay'
  | 'repeat'
  | 'cut'
  | 'garble'
  | 'break'
  | 'refuse'

export type CopyFault = 'fail' | 'corrupt' | 'hang' | 'slow' | 'vanish'

/** What the payload of a job does. */
export interface PayloadScript {
  /** ms. */
  readonly duration: number
  readonly exitCode: number
  /** Its outputs: all there, the first one missing or empty. */
  readonly leaves: 'all' | 'missing' | 'empty'
  readonly ignoresTerm: boolean
  readonly leavesDaemon: boolean
}

export interface JobScript {
  readonly inputs: number
  readonly outputs: number
  readonly transform: 'present' | 'download'
  readonly payload: PayloadScript
}

export interface PilotScript {
  /** ms after the start of the world. */
  readonly startsAt: number
  readonly slots: number
  /** Minutes; 0 = one job a slot. */
  readonly timeFloor: number
  readonly copytool: 'mv' | 'net'
}

/** All that decides a history. Latencies and the pilot's own chance are drawn from the seed as they are needed. */
export interface Scenario {
  readonly seed: number
  readonly profile: ProfileName
  readonly pilots: readonly PilotScript[]
  readonly jobs: readonly JobScript[]
  readonly faults: readonly Fault[]
}

export const profileNames = [
  'calm',
  'flaky network',
  'dying nodes',
  'slow or full disks',
  'hostile payloads',
  'server maintenance',
  'clock trouble',
  'chaos',
] as const
export type ProfileName = (typeof profileNames)[number]

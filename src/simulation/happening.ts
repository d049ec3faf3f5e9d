import type { Durability } from '../database/port.ts'
import type { JobKey } from '../job/ids.ts'
import type { ProcessEnd } from '../job/process.ts'
import type { JobRecord } from '../job/record.ts'
import type { JobUpdate } from '../job/update.ts'
import type { Fault } from './scenario.ts'

/** What a file is, as far as anybody can tell: equal size and checksum are equal files. */
export interface Content {
  readonly size: number
  readonly adler32: string
}

/** What the payload truly did, known to the world alone. */
export interface PayloadTruth {
  readonly end: ProcessEnd
  /** By LFN; what it did not write is missing. */
  readonly outputs: ReadonlyMap<string, Content>
}

export interface LostRecord {
  readonly key: JobKey
  readonly kind: JobRecord['kind']
}

/** One thing that happened in the world. The history of a world is these in order; the promises are judged by it. */
export type Happening =
  | { readonly type: 'pilot.born'; readonly pilot: number; readonly life: number }
  /** The process died: kill -9 leaves the node as it is, a power cut ends the payloads too. `restart`: another follows. */
  | {
      readonly type: 'pilot.died'
      readonly pilot: number
      readonly how: 'killed' | 'power cut'
      readonly restart: boolean
    }
  | { readonly type: 'pilot.told'; readonly pilot: number; readonly signal: string }
  | { readonly type: 'pilot.left'; readonly pilot: number; readonly text: string }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'job.requested'; readonly pilot: number }
  /** The server gave it away, heard or not. */
  | { readonly type: 'job.handedOver'; readonly pilot: number; readonly key: JobKey }
  /** `kept`: the write said that it worked. */
  | {
      readonly type: 'record.written'
      readonly pilot: number
      readonly key: JobKey
      readonly record: JobRecord
      readonly durability: Durability
      readonly kept: boolean
    }
  /** What a death took of PilotDB. */
  | { readonly type: 'records.lost'; readonly pilot: number; readonly records: readonly LostRecord[] }
  | { readonly type: 'update.sent'; readonly pilot: number; readonly update: JobUpdate }
  /** The server made up its mind about an update; `command` is its word. */
  | { readonly type: 'update.heard'; readonly pilot: number; readonly update: JobUpdate; readonly command: string }
  | {
      readonly type: 'update.answered'
      readonly pilot: number
      readonly update: JobUpdate
      readonly answer: 'accepted' | 'refused' | 'unknown'
      readonly commands: readonly string[]
    }
  | {
      readonly type: 'copy.started' | 'copy.ended'
      readonly pilot: number
      readonly key: JobKey
      readonly direction: 'in' | 'out'
      readonly lfn: string
    }
  | { readonly type: 'payload.launched'; readonly pilot: number; readonly key: JobKey; readonly pid: number }
  | { readonly type: 'payload.ended'; readonly pilot: number; readonly key: JobKey; readonly truth: PayloadTruth }
  /** `key`: whose process got the signal; undefined = a process that belongs to no payload of this pilot. */
  | { readonly type: 'signal.sent'; readonly pilot: number; readonly key: JobKey | undefined; readonly signal: string }
  | { readonly type: 'file.changed'; readonly pilot: number; readonly path: string }
  | { readonly type: 'job.settled'; readonly key: JobKey; readonly outcome: string; readonly by: string }

/** Who wants to know of everything that happens, at the time it does. */
export type Witness = (happening: Happening, at: number) => void

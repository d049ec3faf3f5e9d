import type { JobKey } from '../job/ids.ts'
import type { JobRecord, Recorded } from '../job/record.ts'

/** `flushed`: on disk when the promise resolves. `soon`: survives the death of the process, not of the machine. */
export type Durability = 'flushed' | 'soon'

export type Written =
  | { readonly kind: 'written'; readonly seq: number }
  | { readonly kind: 'failed'; readonly text: string }

/**
 * PilotDB: the history of every job of this pilot. Guarantees: never rejects; records of a job keep their order; a
 * record comes back as it was written or not at all (sequence number and checksum); an `outcome` is written once, a
 * second one is refused. `failed`: what could be done is done, the record is in `history` but may not outlast the pilot.
 */
export interface PilotDatabase {
  write(job: JobKey, record: JobRecord, durability: Durability): Promise<Written>
  history(job: JobKey): readonly Recorded[]
  jobs(): readonly JobKey[]
  /** Forgets a job whose outcome was delivered. */
  forget(job: JobKey): Promise<void>
  close(): Promise<void>
}

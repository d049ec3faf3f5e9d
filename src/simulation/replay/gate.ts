import type { Durability, PilotDatabase, Written } from '../../database/port.ts'
import type { JobKey } from '../../job/ids.ts'
import type { JobRecord, Recorded } from '../../job/record.ts'

/** A record that the replayed job wants to write and that was not let in yet. */
export interface Wanted {
  readonly record: JobRecord
  /** As it is recorded, or else as it was to be written. */
  readonly admit: (recorded?: Recorded) => void
}

/**
 * PilotDB of a replay: what the job reads in it is the recorded history as far as the replay has come; what it writes
 * waits at the gate until it is held against the records.
 */
export class Gate implements PilotDatabase {
  readonly #history: Recorded[]
  readonly #wanted: Wanted[] = []
  readonly #job: JobKey
  readonly #now: () => number

  constructor(job: JobKey, before: readonly Recorded[], now: () => number) {
    this.#job = job
    this.#history = [...before]
    this.#now = now
  }

  /** What waits, oldest first. */
  get wanted(): readonly Wanted[] {
    return this.#wanted
  }

  write(_job: JobKey, record: JobRecord, _durability: Durability): Promise<Written> {
    return new Promise((resolve) => {
      const wanted: Wanted = {
        record: JSON.parse(JSON.stringify(record)),
        admit: (recorded) => {
          this.#wanted.splice(this.#wanted.indexOf(wanted), 1)
          const seq = this.#history.length + 1
          this.#history.push(recorded ?? { seq, at: this.#now(), record: wanted.record })
          resolve({ kind: 'written', seq })
        },
      }
      this.#wanted.push(wanted)
    })
  }

  history(job: JobKey): readonly Recorded[] {
    return job === this.#job ? this.#history : []
  }

  jobs(): readonly JobKey[] {
    return [this.#job]
  }

  async forget(): Promise<void> {}

  async close(): Promise<void> {}
}

import type { Durability, PilotDatabase, Written } from '../../src/database/port.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord, Recorded } from '../../src/job/record.ts'

/** PilotDB without a disk, for tests of what uses it. Keeps the promises of database.contract.ts. */
export class MemoryDatabase implements PilotDatabase {
  /** What was written and how, in order, over all jobs. */
  readonly written: { readonly job: JobKey; readonly record: JobRecord; readonly durability: Durability }[] = []
  /** Set to make every write fail with this text. */
  failure: string | undefined
  readonly #jobs = new Map<JobKey, Recorded[]>()
  readonly #now: () => number
  #closed = false

  constructor(now: () => number = () => 0) {
    this.#now = now
  }

  async write(job: JobKey, record: JobRecord, durability: Durability): Promise<Written> {
    if (this.#closed) return { kind: 'failed', text: 'the database is closed' }
    if (this.failure !== undefined) return { kind: 'failed', text: this.failure }
    const history = this.#jobs.get(job) ?? []
    if (record.kind === 'outcome' && history.some((recorded) => recorded.record.kind === 'outcome')) {
      return { kind: 'failed', text: `job ${job} has an outcome already` }
    }
    let copy: JobRecord
    try {
      copy = JSON.parse(JSON.stringify(record)) as JobRecord
    } catch (cause) {
      return { kind: 'failed', text: (cause as Error).message }
    }
    const seq = history.length + 1
    this.#jobs.set(job, [...history, { seq, at: this.#now(), record: copy }])
    this.written.push({ job, record: copy, durability })
    return { kind: 'written', seq }
  }

  history(job: JobKey): readonly Recorded[] {
    return this.#jobs.get(job) ?? []
  }

  jobs(): readonly JobKey[] {
    return [...this.#jobs.keys()]
  }

  async forget(job: JobKey): Promise<void> {
    this.#jobs.delete(job)
  }

  async close(): Promise<void> {
    this.#closed = true
  }
}

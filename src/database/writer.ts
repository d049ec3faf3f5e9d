import type { JobKey } from '../job/ids.ts'
import type { JobRecord } from '../job/record.ts'
import type { JobIndex } from './job-index.ts'
import type { Keeper } from './keeper.ts'
import type { Manifest } from './manifest.ts'
import type { Durability, Written } from './port.ts'
import { type Change, planTransaction, type Task, type Transaction } from './transaction.ts'

export interface Writer {
  write(job: JobKey, record: JobRecord, durability: Durability): Promise<Written>
  forget(job: JobKey): Promise<void>
  /** Refuses what comes now; ends when everything taken before is answered. */
  close(): Promise<void>
}

export interface WriterParts {
  readonly index: JobIndex
  readonly keeper: Keeper
  /** Never rejects. */
  readonly noteManifest: (manifest: Manifest, sync: boolean) => Promise<void>
  /** ms since the epoch. */
  readonly now: () => number
}

interface Waiting {
  readonly task: Task
  readonly durability: Durability
  answer(written: Written): void
}

/** One transaction at a time, each with everything that waited for it: so records of a job keep their order. */
export function createWriter({ index, keeper, noteManifest, now }: WriterParts): Writer {
  let queue: Waiting[] = []
  let running: Promise<void> | undefined
  let closed = false

  function add(task: Task, durability: Durability): Promise<Written> {
    if (closed) return Promise.resolve({ kind: 'failed', text: 'the database is closed' })
    return new Promise((answer) => {
      queue.push({ task, durability, answer })
      running ??= drain()
    })
  }

  async function drain(): Promise<void> {
    // What is written in one turn of the event loop goes into one transaction.
    await Promise.resolve()
    while (queue.length > 0) {
      const batch = queue
      queue = []
      await transact(batch)
    }
    // In the same turn as the look at the queue: nobody can add in between.
    running = undefined
  }

  async function transact(batch: readonly Waiting[]): Promise<void> {
    const planned = planTransaction(
      batch.map(({ task }) => task),
      index.entry,
      now(),
    )
    const { unkept, note } = planned.changes.length === 0 ? nothingKept : await keep(planned, batch)
    const changes = planned.changes[Symbol.iterator]()
    batch.forEach(({ answer }, at) => {
      const written = planned.answers[at] ?? { kind: 'failed', text: 'not planned' }
      // Each task that was not refused made one change.
      const change = written.kind === 'written' ? changes.next().value : undefined
      const problem = change === undefined ? undefined : unkept.get(change)
      answer(
        problem === undefined ? written : { kind: 'failed', text: `the record is kept in memory only: ${problem}` },
      )
    })
    await note()
  }

  /** `note` names the records in the manifest: whoever waits for them need not wait for that. */
  async function keep(planned: Transaction, batch: readonly Waiting[]) {
    const turning = turnsOf(planned, index)
    const forgotten = [...planned.entries].filter(([, entry]) => entry === undefined).map(([job]) => job)
    if (forgotten.length > 0) {
      await noteManifest(new Map([...index.manifest()].filter(([job]) => !forgotten.includes(job))), false)
    }
    const sync = batch.some(({ durability }) => durability === 'flushed')
    const { unkept, isPending } = await keeper.keep(planned.changes, sync)
    index.apply(planned)
    const note = async () => (isPending ? undefined : noteManifest(index.manifest(), turning))
    if (!turning) return { unkept, note }
    await note()
    return { unkept, note: async () => undefined }
  }

  return {
    write: (job, record, durability) => add({ kind: 'write', job, record }, durability),
    async forget(job) {
      await add({ kind: 'forget', job }, 'soon')
    },
    async close() {
      closed = true
      await running
    },
  }
}

const nothingKept = { unkept: new Map<Change, string>(), note: async () => undefined }

/** Whether a job begins or gets its outcome: then the witness is to be on disk too. */
function turnsOf({ entries }: Transaction, index: JobIndex): boolean {
  return [...entries].some(([job, entry]) => entry !== undefined && entry.hasOutcome !== index.entry(job)?.hasOutcome)
}

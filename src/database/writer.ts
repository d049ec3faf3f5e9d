import type { JobKey } from '../job/ids.ts'
import type { JobRecord } from '../job/record.ts'
import type { JobIndex } from './job-index.ts'
import type { Keeper, Kept } from './keeper.ts'
import type { Manifest } from './manifest.ts'
import type { Durability, Written } from './port.ts'
import { planTransaction, type Task, type Transaction } from './transaction.ts'

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
    const turning = turnsOf(planned, index)
    const { unkept, isPending } = planned.changes.length === 0 ? nothing : await keep(planned, batch)
    const note = () => (isPending ? undefined : noteManifest(index.manifest(), turning))
    if (turning) await note()
    answer(batch, planned, unkept)
    // Only whoever waits for a turn of a job waits for its witness too.
    if (!turning) await note()
  }

  async function keep(planned: Transaction, batch: readonly Waiting[]): Promise<Kept> {
    const forgotten = [...planned.entries].filter(([, entry]) => entry === undefined).map(([job]) => job)
    if (forgotten.length > 0) {
      await noteManifest(new Map([...index.manifest()].filter(([job]) => !forgotten.includes(job))), false)
    }
    const kept = await keeper.keep(
      planned.changes,
      batch.some(({ durability }) => durability === 'flushed'),
    )
    index.apply(planned)
    return kept
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

/** No change, and nothing new to be named in the manifest. */
const nothing: Kept = { unkept: new Map(), isPending: true }

function answer(batch: readonly Waiting[], { changes, answers }: Transaction, unkept: Kept['unkept']): void {
  const made = changes[Symbol.iterator]()
  batch.forEach(({ answer }, at) => {
    const written = answers[at] ?? { kind: 'failed', text: 'not planned' }
    // Each task that was not refused made one change.
    const change = written.kind === 'written' ? made.next().value : undefined
    const problem = change === undefined ? undefined : unkept.get(change)
    answer(problem === undefined ? written : { kind: 'failed', text: `the record is kept in memory only: ${problem}` })
  })
}

/** Whether a job begins or gets its outcome: then the witness is to be on disk too. */
function turnsOf({ entries }: Transaction, index: JobIndex): boolean {
  return [...entries].some(([job, entry]) => entry !== undefined && entry.hasOutcome !== index.entry(job)?.hasOutcome)
}

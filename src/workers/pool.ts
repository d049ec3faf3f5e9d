import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Piscina } from 'piscina'
import { counter } from './counter.ts'
import type { PartOrder } from './file-part.ts'
import { jobReportOf } from './job-report-fields.ts'
import { measureListed, measureSplit } from './measuring.ts'
import type { Archived, ArchiveOrder, ReadReport, ReportOrder, Searched, SearchOrder, WorkerPool } from './port.ts'
import { createSlots } from './slots.ts'
import type { TaskMessage } from './task-message.ts'
import type { MeasuredPart } from './tasks/measure-file.ts'
import type { SharedParts, TakenPart } from './tasks/take-parts.ts'

export interface WorkersOptions {
  /** Most threads at once; default: one a core, from 2 to 4. */
  readonly maxThreads?: number
  /** Heap of one thread, MB; default 1024: a large job report may take half of it. Not below 256: JSON.parse needs 100. */
  readonly heapMegabytes?: number
  /** A task whose progress counter stands still this long (at most twice this long) is hanging; default 5 minutes. */
  readonly stallMilliseconds?: number
  /** A thread without work ends after this time; default 5 s. */
  readonly idleMilliseconds?: number
  /** Called before each task, for which a thread may be started; and when it has been started, and after the task. */
  readonly onStarting?: () => void
  readonly onStarted?: () => void
  /** Directory of the task files; default: those beside this file. */
  readonly taskDirectory?: URL
}

/** The files of `tasks/`, each the entry of a thread. */
type Task = 'measure-file' | 'read-job-report' | 'search-file' | 'take-parts' | 'write-archive'

/** A task's file has the ending of this one: `.ts` as it is written, `.js` in a bundle. */
const extension = extname(import.meta.url)

type Ended<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly text: string; readonly repeat: boolean }

/**
 * Node ends a thread near its heap limit with 16 MB to spare. What survives one collection of the young generation must fit
 * in there, or the whole process ends.
 */
const youngMegabytes = 12

/** What a thread may take to start and to show its first progress, even where `stallMilliseconds` is less. */
const startMilliseconds = 30_000

/** How long `close` waits for threads to end; one inside a hanging system call does not. */
const closeMilliseconds = 2000

/** Creates the pool: no thread, and nothing of Piscina loaded, before the first task; one task a thread. */
export function createWorkers(options: WorkersOptions = {}): WorkerPool {
  const maxThreads = options.maxThreads ?? Math.min(4, Math.max(2, availableParallelism()))
  const heap = options.heapMegabytes ?? 1024
  const stall = options.stallMilliseconds ?? 300_000
  const directory = options.taskDirectory ?? new URL('./tasks/', import.meta.url)
  const { onStarting = () => {}, onStarted = () => {} } = options
  const slots = createSlots(maxThreads)
  let pool: Promise<Piscina> | undefined
  /** A thread is being started: who comes now waits for it, a second one would only slow it down. */
  let warming: Promise<void> | undefined
  let closed = false

  async function createPool(): Promise<Piscina> {
    const { Piscina } = await import('piscina')
    const created = new Piscina({
      minThreads: 0,
      maxThreads,
      idleTimeout: options.idleMilliseconds ?? 5000,
      atomics: 'disabled',
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: youngMegabytes },
    })
    // An idle thread that dies is reported here; without a listener it would end the process.
    created.on('error', () => {})
    created.on('workerCreate', onStarted)
    return created
  }

  async function attempt<Order, Result>(
    task: Task,
    order: Order,
    signal: AbortSignal | undefined,
  ): Promise<Ended<Result>> {
    if (closed) return { kind: 'failed', text: 'the workers are closed', repeat: false }
    if (signal?.aborted) return { kind: 'failed', text: 'it was stopped', repeat: false }
    const watchdog = new AbortController()
    const stop = () => watchdog.abort()
    signal?.addEventListener('abort', stop, { once: true })
    const progress = counter()
    // In seconds, and not by `performance`, which would be loaded for this alone, 5 ms before the first task.
    const started = process.uptime()
    let seen = -1
    const timer = setInterval(() => {
      const now = Atomics.load(progress, 0)
      if (now === seen && (now > 0 || (process.uptime() - started) * 1000 >= startMilliseconds)) watchdog.abort()
      seen = now
    }, stall)
    try {
      const message: TaskMessage<Order> = { order, progress }
      const filename = fileURLToPath(new URL(task + extension, directory))
      pool ??= createPool()
      const threads = await pool
      onStarting()
      const result: Result = await threads.run(message, { filename, name: 'run', signal: watchdog.signal })
      return { kind: 'done', result }
    } catch (error) {
      if (closed) return { kind: 'failed', text: 'the workers were closed', repeat: false }
      if (signal?.aborted) return { kind: 'failed', text: 'it was stopped', repeat: false }
      if (watchdog.signal.aborted) {
        return { kind: 'failed', text: `it made no progress for ${stall / 1000} s`, repeat: true }
      }
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
        return { kind: 'failed', text: `it needs more than the ${heap} MB of heap a worker has`, repeat: false }
      }
      return { kind: 'failed', text: `the worker crashed: ${String(error)}`, repeat: true }
    } finally {
      onStarted()
      clearInterval(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  async function run<Order, Result>(
    task: Task,
    order: Order,
    signal: AbortSignal | undefined,
    failure: (text: string) => Result,
  ): Promise<Result> {
    await warming
    if (!(await slots.take(signal))) return failure('it was stopped')
    try {
      const first = await attempt<Order, Result>(task, order, signal)
      if (first.kind === 'done') return first.result
      if (!first.repeat) return failure(first.text)
      const second = await attempt<Order, Result>(task, order, signal)
      return second.kind === 'done' ? second.result : failure(`${second.text} (second try; first: ${first.text})`)
    } finally {
      slots.give()
    }
  }

  function partReader(signal: AbortSignal | undefined): (part: PartOrder) => Promise<MeasuredPart> {
    return (part) =>
      run<PartOrder, MeasuredPart>('measure-file', part, signal, (text) => ({
        kind: 'unreadable',
        text: `measuring ${part.path} failed: ${text}`,
      }))
  }

  return {
    warm() {
      // Nothing to read: the hop alone starts the thread.
      warming ??= partReader(undefined)({ path: '/dev/null', algorithms: [], links: 'refuse' }).then(() => {
        warming = undefined
      })
    },
    measure(path, algorithms = ['adler32'], signal = undefined, links = 'refuse') {
      return measureSplit({ path, algorithms, links }, maxThreads, partReader(signal))
    },
    measureMany(files, signal) {
      const take = (list: SharedParts) => run<SharedParts, readonly TakenPart[]>('take-parts', list, signal, () => [])
      return measureListed(files, maxThreads, take, partReader(signal))
    },
    readJobReport(order, signal) {
      return run<ReportOrder, ReadReport>('read-job-report', order, signal, (text) => ({
        kind: 'unreadable',
        text: `reading the job report ${order.path} failed: ${text}`,
        report: jobReportOf({}, []),
      }))
    },
    search(order, signal) {
      return run<SearchOrder, Searched>('search-file', order, signal, (text) => ({
        kind: 'unreadable',
        text: `searching ${order.path} failed: ${text}`,
      }))
    },
    async archive(order, signal) {
      const archived = await run<ArchiveOrder, Archived>('write-archive', order, signal, (text) => ({
        kind: 'failed',
        text: `writing the log archive ${order.target} failed: ${text}`,
        noSpace: false,
      }))
      // A thread that was ended could not tidy up behind itself.
      if (archived.kind === 'failed') await rm(`${order.target}.part`, { force: true }).catch(() => {})
      return archived
    },
    async close() {
      closed = true
      const ended = pool?.then((threads) => threads.destroy())
      if (ended !== undefined) await Promise.race([ended, wait(closeMilliseconds, undefined, { ref: false })])
    },
  }
}

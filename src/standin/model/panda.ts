import type { EventRow, EventZip } from './event-row.ts'
import type { HistoryEvent } from './history.ts'
import type { Job, JobDefinition, JobState } from './job.ts'
import { createVault, type Vault } from './vault.ts'
import type { GpuMap, Worker, WorkerNode } from './worker.ts'

/** What the server knows about a PanDA queue. A queue nobody described is online and not grandly unified. */
export interface Queue {
  readonly status: 'online' | 'test'
  readonly grandlyUnified: boolean
}

/** A final report waiting for the Adder. */
export interface QueuedReport {
  readonly PandaID: number
  readonly attemptNr: number
  readonly state: 'finished' | 'failed'
  readonly report: string
}

/**
 * The whole state of the modelled PanDA server. Plain data: no clock, no chance, no I/O; every function that
 * changes it takes `now` (milliseconds since 1970).
 */
export interface Panda {
  readonly jobs: Map<number, Job>
  /** The PandaIDs of each state, so that no call has to walk through all jobs. */
  readonly byState: Map<JobState, Set<number>>
  readonly queues: Map<string, Queue>
  readonly reports: QueuedReport[]
  readonly workers: Map<string, Worker>
  readonly workerNodes: Map<string, WorkerNode>
  readonly gpus: Map<string, GpuMap>
  /** jobsetID to the PandaID that won the `runonce` semaphore. */
  readonly clones: Map<number, number>
  readonly history: HistoryEvent[]
  readonly vault: Vault
  readonly events: EventRow[]
  readonly eventZips: EventZip[]
  /**
   * How reports of event ranges end. `as recorded`: v1 answers HTTP 500 after storing them, and legacy adds a false,
   * as today's servers do (contracts/panda-server.md 6.3).
   */
  readonly eventUpdates: 'as recorded' | 'as documented'
  /** `atlas` applies the extra rules for `managed` jobs (contracts/panda-server.md 5.5, codes 204 and 205). */
  readonly experiment: 'generic' | 'atlas'
  nextPandaID: number
}

/** A server without jobs. */
export function createPanda(options: Partial<Pick<Panda, 'experiment' | 'eventUpdates'>> = {}): Panda {
  return {
    jobs: new Map(),
    byState: new Map(),
    queues: new Map(),
    reports: [],
    workers: new Map(),
    workerNodes: new Map(),
    gpus: new Map(),
    clones: new Map(),
    history: [],
    vault: createVault(),
    events: [],
    eventZips: [],
    eventUpdates: options.eventUpdates ?? 'as recorded',
    experiment: options.experiment ?? 'generic',
    nextPandaID: 1,
  }
}

/** How a new job is offered, beside its definition. */
export interface Offer {
  /** PanDA queue the job was brokered to; null: whichever queue asks. */
  readonly queue?: string | null
  /** Whether a pilot that asks for background jobs may have it. */
  readonly background?: boolean
}

/**
 * Adds a job in state `activated`. The definition is the dictionary of contracts/panda-server.md 11, handed to the
 * pilot key by key in its order; without a PandaID the next free one is given. Throws RangeError when the PandaID is
 * no positive whole number or is taken.
 */
export function addJob(panda: Panda, now: number, definition: JobDefinition, offer: Offer = {}): Job {
  const PandaID = definition.PandaID === undefined ? panda.nextPandaID : Number(definition.PandaID)
  if (!Number.isSafeInteger(PandaID) || PandaID <= 0) {
    throw new RangeError(`PandaID ${String(definition.PandaID)} is not a positive whole number`)
  }
  if (panda.jobs.has(PandaID)) throw new RangeError(`PandaID ${PandaID} is taken: every job needs its own`)
  const job: Job = {
    PandaID,
    attemptNr: Number(definition.attemptNr ?? 0),
    definition: 'PandaID' in definition ? definition : { PandaID, ...definition },
    queue: offer.queue ?? null,
    background: offer.background ?? false,
    state: 'activated',
    archived: false,
    createdAt: now,
    changedAt: now,
    startTime: null,
    endTime: null,
    command: null,
    debug: false,
    pilotSecrets: '{}',
    dispatcherText: null,
    fields: {},
    errors: {},
    report: null,
    metadata: null,
    pilotLog: null,
    stdout: null,
    files: new Map(),
    outcome: null,
  }
  panda.jobs.set(PandaID, job)
  panda.nextPandaID = Math.max(panda.nextPandaID, PandaID + 1)
  states(panda, 'activated').add(PandaID)
  return job
}

/** Moves a job to a state and stamps it. The only place that changes `state`. */
export function setState(panda: Panda, now: number, job: Job, state: JobState): void {
  states(panda, job.state).delete(job.PandaID)
  job.state = state
  job.changedAt = now
  states(panda, state).add(job.PandaID)
}

/** The PandaIDs in a state, in the order they came into it. */
export function states(panda: Panda, state: JobState): Set<number> {
  const known = panda.byState.get(state)
  if (known !== undefined) return known
  const fresh = new Set<number>()
  panda.byState.set(state, fresh)
  return fresh
}

/** How many jobs are in each state that occurs. */
export function countStates(panda: Panda): Partial<Record<JobState, number>> {
  const counts: Partial<Record<JobState, number>> = {}
  for (const [state, ids] of panda.byState) if (ids.size > 0) counts[state] = ids.size
  return counts
}

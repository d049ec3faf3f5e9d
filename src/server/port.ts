import type { ServerCommand } from '../job/commands.ts'
import type { PandaId } from '../job/ids.ts'
import type { JobUpdate } from '../job/update.ts'
import type { ServerAnswer } from './answer-port.ts'
import type { CredentialServer } from './credential-port.ts'
import type { EventServer } from './event-port.ts'
import type { UpdateReply } from './update-reply.ts'
import type { WorkerServer } from './worker-port.ts'

/** What a pilot asks with when it wants jobs (contracts/panda-server.md 4). */
export interface AcquireRequest {
  readonly queue: string
  readonly label: string
  /** How many jobs may be handed over at once. */
  readonly count: number
  /** MB of memory of the node. */
  readonly memory: number
  /** MB of free disk, already limited by the queue's maxwdir. */
  readonly diskSpace: number
  /** Seconds until the pilot must be gone; undefined = no cut. */
  readonly remainingTime: number | undefined
  readonly resourceType: string | undefined
  /** Only jobs of this task. */
  readonly taskId: number | undefined
  readonly jobType: string | undefined
  readonly countryGroup: string | undefined
  readonly workingGroup: string | undefined
  readonly allowOtherCountry: boolean
}

/**
 * `unknown` = the server may or may not have handed over a job (time-out, 5xx, cut or unreadable answer): asking again
 * gets a different one (contracts/panda-server.md 13 gotcha 42).
 */
export type AcquireAnswer =
  | { readonly kind: 'jobs'; readonly definitions: readonly unknown[] }
  | { readonly kind: 'none'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }

/**
 * `unknown` = send the same update again; `refused` = sending the same again cannot help. The secrets of an accepted
 * one are known to the log's `hide` already; they must never be shown or kept.
 */
export type UpdateAnswer =
  | ({ readonly kind: 'accepted' } & UpdateReply)
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }

export type WorkerStatus = 'started' | 'finished'

/** State of a job as the server sees it. */
export interface KnownJob {
  readonly pandaId: PandaId
  readonly status: string
  readonly attemptNr: number
}

/** State of a job and what its pilot is wanted to do; a job the server does not have is `unknown` and to be killed. */
export interface CommandedJob {
  readonly pandaId: PandaId
  readonly status: string
  readonly commands: readonly ServerCommand[]
}

/**
 * The PanDA server, whatever dialect it speaks.
 *
 * Guarantees of every call: never rejects, ends within its total deadline, reads at most a bounded answer, never logs a
 * secret. `signal` ends it early with `unknown`.
 */
export interface JobServer {
  /** Asked on the wire once at most: what an answer that was lost handed over is for the server's clock. */
  acquire(request: AcquireRequest, signal?: AbortSignal): Promise<AcquireAnswer>
  /** Repeating an update is harmless: the server knows repeats by job, attempt and state. */
  update(update: JobUpdate, signal?: AbortSignal): Promise<UpdateAnswer>
  /** Tells that the worker started or finished; `accepted` also when no worker is known and nothing was sent. */
  workerStatus(status: WorkerStatus, signal?: AbortSignal): Promise<UpdateAnswer>
  jobStatus(ids: readonly PandaId[], signal?: AbortSignal): Promise<readonly KnownJob[] | undefined>
  close(): Promise<void>
}

/** Every call a pilot may make (contracts/panda-server.md 3), with the same guarantees. */
export interface PandaServer extends JobServer, WorkerServer, CredentialServer, EventServer {
  /** Updates of several jobs in as few calls as possible; one answer for each, in order. */
  updateBulk(updates: readonly JobUpdate[], signal?: AbortSignal): Promise<readonly UpdateAnswer[]>
  /** In the order asked. */
  jobCommands(ids: readonly PandaId[], signal?: AbortSignal): Promise<ServerAnswer<readonly CommandedJob[]>>
}

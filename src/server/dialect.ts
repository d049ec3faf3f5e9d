import type { ServerCommand } from '../job/commands.ts'
import type { PandaId } from '../job/ids.ts'
import type { JobUpdate } from '../job/update.ts'
import type { HttpRequest, Reply } from './exchange.ts'
import type { PilotIdentity, Worker } from './identity.ts'
import type { AcquireRequest, KnownJob, WorkerStatus } from './port.ts'
import type { UpdateExtent } from './update-fields.ts'
import type { Verdict } from './verdict.ts'

export type DialectName = 'v1' | 'legacy'

/** A call in a dialect's words, before it is written down. Lists are repeated query keys. */
export interface WireCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly fields: Readonly<Record<string, string | number | boolean | readonly number[]>>
  /** Fields without which the call would mean something else: a server that refuses one of them refuses the call. */
  readonly needed: readonly string[]
}

/** One language of the PanDA server: pure translation. No reader ever throws, whatever the bytes. */
export interface Dialect {
  readonly name: DialectName
  encode(call: WireCall): Promise<HttpRequest>
  acquire(identity: PilotIdentity, request: AcquireRequest): WireCall
  readAcquire(reply: Reply): Verdict<readonly unknown[]>
  update(identity: PilotIdentity, update: JobUpdate, extent: UpdateExtent): WireCall
  readUpdate(reply: Reply, sent: WireCall): Verdict<readonly ServerCommand[]>
  /** Only where the worker is known. */
  workerStatus(worker: Worker, identity: PilotIdentity, status: WorkerStatus): WireCall
  readWorkerStatus(reply: Reply): Verdict<readonly ServerCommand[]>
  jobStatus(ids: readonly PandaId[]): WireCall
  readJobStatus(reply: Reply, ids: readonly PandaId[]): Verdict<readonly KnownJob[]>
  /** The call that tells whether the server speaks this dialect. */
  readonly alive: WireCall
  isAlive(reply: Reply): boolean
}

type Names<Field extends string> = Readonly<Record<Field, string>>

/** The fields that have a value, under a dialect's names. */
export function named<Field extends string, Value>(
  names: Names<Field>,
  fields: Readonly<Partial<Record<Field, Value | undefined>>>,
): Record<string, Value> {
  const wire: Record<string, Value> = {}
  for (const field of Object.keys(names) as Field[]) {
    const value = fields[field]
    if (value !== undefined) wire[names[field]] = value
  }
  return wire
}

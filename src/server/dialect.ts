import type { PandaId } from '../job/ids.ts'
import type { TextFile } from '../job/text-file.ts'
import type { JobUpdate } from '../job/update.ts'
import type { HttpRequest, Reply } from './exchange.ts'
import type { PilotIdentity, Worker } from './identity.ts'
import type { JsonDecimal } from './json.ts'
import type { AcquireRequest, KnownJob, WorkerStatus } from './port.ts'
import type { UpdateExtent } from './update-fields.ts'
import type { UpdateReply } from './update-reply.ts'
import type { Verdict } from './verdict.ts'

export type DialectName = 'v1' | 'legacy'

/** What a call can say: JSON. */
export type WireValue =
  | string
  | number
  | boolean
  | JsonDecimal
  | TextFile
  | readonly WireValue[]
  | { readonly [key: string]: WireValue }

/** A call in a dialect's words, before it is written down. */
export interface WireCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** In a GET a list is a repeated key. */
  readonly fields: Readonly<Record<string, WireValue>>
  /** Fields without which the call would mean something else: a server that refuses one of them refuses the call. */
  readonly needed: readonly string[]
  /** Only with the X.509 proxy, also where there is a token (contracts/panda-server.md 1.6). */
  readonly withProxy?: boolean
  /** It hands something over, and asked again something else (contracts/panda-server.md 13 gotcha 42). */
  readonly once?: boolean
}

/** One language of the PanDA server: pure translation. No reader ever throws, whatever the bytes. */
export interface Dialect {
  readonly name: DialectName
  encode(call: WireCall): Promise<HttpRequest>
  acquire(identity: PilotIdentity, request: AcquireRequest): WireCall
  readAcquire(reply: Reply): Verdict<readonly unknown[]>
  update(identity: PilotIdentity, update: JobUpdate, extent: UpdateExtent): WireCall
  readUpdate(reply: Reply, sent: WireCall): Verdict<UpdateReply>
  /** Only where the worker is known. */
  workerStatus(worker: Worker, identity: PilotIdentity, status: WorkerStatus): WireCall
  readWorkerStatus(reply: Reply): Verdict<null>
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

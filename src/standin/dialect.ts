import type { Caller } from './model/caller.ts'
import type { Panda } from './model/panda.ts'
import type { PythonDict } from './python/values.ts'

/** The two languages of the PanDA server (contracts/panda-server.md 0). */
export type DialectName = 'legacy' | 'v1'

/** A request without its transport: what the server's web layer hands to its own code. */
export interface DialectRequest {
  /** GET, POST, … */
  readonly verb: string
  /** `/server/panda/getJob`, without the query. */
  readonly path: string
  readonly query: string
  readonly contentType: string | null
  readonly contentEncoding: string | null
  readonly accept: string | null
  readonly body: Uint8Array
  readonly caller: Caller
}

export interface DialectAnswer {
  readonly status: 200 | 403 | 500
  readonly contentType: 'text/plain' | 'application/json'
  readonly body: string
}

/** A request that was understood: which method it names and with what. */
export interface Understood {
  /** `getJob` or `pilot/acquire_jobs`. */
  readonly name: string
  readonly parameters: PythonDict
  /** Does what was asked. Called once; a lost request is one where it was not called. */
  readonly perform: (panda: Panda, now: number) => DialectAnswer
  /** The dialect's answer for a code (10 timeout, 30 failed) without doing anything. */
  readonly refuse: (code: number) => DialectAnswer
}

/** A request either names a method, or is answered at once. */
export type Reading =
  | { readonly kind: 'understood'; readonly call: Understood }
  | { readonly kind: 'answered'; readonly answer: DialectAnswer }

export function forbidden(path: string): DialectAnswer {
  const method = path.slice(path.lastIndexOf('/') + 1)
  return { status: 403, contentType: 'text/plain', body: `ERROR : method ${method} is forbidden` }
}

/** An exception of the server's code as the caller sees it. */
export function exception(message: string): DialectAnswer {
  return { status: 500, contentType: 'text/plain', body: message }
}

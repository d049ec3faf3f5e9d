import type { Caller } from '../model/caller.ts'
import type { Panda } from '../model/panda.ts'
import { type PythonDict, PythonError, type PythonValue } from '../python/values.ts'

/** One legacy call on its way through a method. */
export interface LegacyCall {
  readonly panda: Panda
  readonly now: number
  readonly caller: Caller
  /** Decides between JSON and url-encoded answers, and whether `errorDialog` is sent. */
  readonly acceptJson: boolean
  readonly parameters: PythonDict
}

/** A StatusCode dictionary in the caller's form, or a text as it stands. */
export type LegacyReply =
  | { readonly kind: 'dictionary'; readonly data: PythonDict }
  /** A dictionary that is JSON whatever the caller accepts (checkJobStatus), */
  | { readonly kind: 'json'; readonly data: PythonDict }
  /** or url-encoded whatever the caller accepts (getStatus). */
  | { readonly kind: 'urlencoded'; readonly data: PythonDict }
  | { readonly kind: 'text'; readonly text: string }

/** A method of the legacy server. `run` may throw PythonError: HTTP 500 with its message. */
export interface LegacyMethod {
  readonly name: string
  readonly required: readonly string[]
  readonly optional: readonly string[]
  readonly run: (call: LegacyCall) => LegacyReply
}

export function dictionary(data: PythonDict): LegacyReply {
  return { kind: 'dictionary', data }
}

/** A refusal: the text goes only to callers that accept JSON. */
export function refusal(call: LegacyCall, code: number, text: string): LegacyReply {
  return dictionary(call.acceptJson ? { StatusCode: code, errorDialog: text } : { StatusCode: code })
}

export const noRole = 'no production/pilot role in VOMS FQANs or non pilot owner'

/** A parameter, null where it was not sent. */
export function given(call: LegacyCall, name: string): PythonValue {
  return call.parameters[name] ?? null
}

/** Python's own check of the argument names: an unknown one comes before a missing one. Throws PythonError. */
export function checkArguments(method: LegacyMethod, parameters: PythonDict): void {
  const known = new Set([...method.required, ...method.optional])
  for (const name of Object.keys(parameters)) {
    if (!known.has(name)) throw new PythonError(`${method.name}() got an unexpected keyword argument '${name}'`)
  }
  const missing = method.required.filter((name) => parameters[name] === undefined).map((name) => `'${name}'`)
  if (missing.length === 0) return
  const names =
    missing.length === 1
      ? missing[0]
      : `${missing.slice(0, -1).join(', ')}${missing.length > 2 ? ',' : ''} and ${missing.at(-1)}`
  const noun = missing.length === 1 ? 'argument' : 'arguments'
  throw new PythonError(`${method.name}() missing ${missing.length} required positional ${noun}: ${names}`)
}

import type { Caller } from '../model/caller.ts'
import type { Panda } from '../model/panda.ts'
import type { PythonDict, PythonValue } from '../python/values.ts'

/**
 * The types the v1 validator knows. `number` is "int or float"; `any` has no annotation and is not checked; `broken`
 * has one that the validator cannot use.
 */
export type ParameterType =
  | 'any'
  | 'int'
  | 'str'
  | 'float'
  | 'bool'
  | 'number'
  | 'list of int'
  | 'list of str'
  | 'list of dict'
  | 'broken'

/** A parameter; without a default it is required. */
export interface Parameter {
  readonly name: string
  readonly type: ParameterType
  readonly default?: PythonValue
}

export interface V1Call {
  readonly panda: Panda
  readonly now: number
  readonly caller: Caller
  /** Every parameter of the method, defaults filled in, types checked. */
  readonly parameters: PythonDict
}

/** The answer of every v1 method (contracts/panda-server.md 0). */
export interface Envelope {
  /** null: neither, as update_single_event_range says of a skipped range. */
  readonly success: boolean | null
  readonly message: string
  readonly data: PythonValue
}

export interface V1Method {
  /** `pilot/acquire_jobs` */
  readonly name: string
  readonly verb: 'GET' | 'POST'
  /** Refused without TLS and a client identity. */
  readonly secure: boolean
  /** Refused without a production role, before anything else is looked at. */
  readonly production: boolean
  readonly parameters: readonly Parameter[]
  readonly run: (call: V1Call) => Envelope
}

export function success(data: PythonValue, message = ''): Envelope {
  return { success: true, message, data }
}

export function failure(message: string, data: PythonValue = null): Envelope {
  return { success: false, message, data }
}

/** Parameters of one type that must be sent. */
export function required(type: ParameterType, ...names: readonly string[]): Parameter[] {
  return names.map((name) => ({ name, type }))
}

/** Parameters of one type that may be left out; null unless another default is named. */
export function optional(type: ParameterType, names: readonly string[], standard: PythonValue = null): Parameter[] {
  return names.map((name) => ({ name, type, default: standard }))
}

/** A checked text parameter, null where it is absent or empty. */
export function textOr(call: V1Call, name: string): string | null {
  const value = call.parameters[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** A checked int parameter, null where it is absent. */
export function intOr(call: V1Call, name: string): number | null {
  const value = call.parameters[name]
  return typeof value === 'boolean' || typeof value === 'number' ? Number(value) : null
}

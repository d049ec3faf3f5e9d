import { type Caller, isProduction, isSecure } from '../model/caller.ts'
import {
  isDict,
  isList,
  type PythonDict,
  PythonError,
  PythonFloat,
  type PythonValue,
  toInt,
  typeName,
} from '../python/values.ts'
import type { Parameter, V1Method } from './method.ts'

/** The parameters with defaults, or the validator's message. */
export type Validation =
  | { readonly kind: 'valid'; readonly parameters: PythonDict }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * The checks every v1 method starts with, in the server's order (contracts/panda-server.md 1.5). Throws PythonError
 * where the validator itself breaks: a text for an int-or-float parameter.
 */
export function validate(method: V1Method, verb: string, caller: Caller, sent: PythonDict): Validation {
  if (method.secure && !isSecure(caller)) return refused('SSL secure connection is required')
  if (method.production && !isProduction(caller)) return refused('production or pilot role required')
  if (verb !== method.verb) return refused(`expecting ${method.verb}, received ${verb}`)
  return bind(method.parameters, sent, verb === 'GET')
}

/** Python's binding of arguments: a missing one is noticed before an unknown one. */
function bind(parameters: readonly Parameter[], sent: PythonDict, cast: boolean): Validation {
  const missing = parameters.find(({ name, default: standard }) => standard === undefined && sent[name] === undefined)
  if (missing !== undefined) return refused(`Argument error: missing a required argument: '${missing.name}'`)
  const unknown = Object.keys(sent).find((name) => !parameters.some((parameter) => parameter.name === name))
  if (unknown !== undefined) return refused(`Argument error: got an unexpected keyword argument '${unknown}'`)
  const bound: Record<string, PythonValue> = {}
  for (const parameter of parameters) {
    const value = sent[parameter.name]
    if (value === undefined || value === parameter.default) {
      bound[parameter.name] = parameter.default ?? null
      continue
    }
    const typed = cast ? castText(parameter, value) : value
    if (typed === undefined) {
      return refused(`Type error: '${parameter.name}' could not be casted to type ${pythonName(parameter)}.`)
    }
    const complaint = complaintAbout(parameter, typed)
    if (complaint !== null) return refused(complaint)
    bound[parameter.name] = typed
  }
  return { kind: 'valid', parameters: bound }
}

function complaintAbout(parameter: Parameter, value: PythonValue): string | null {
  if (fits(parameter, value)) return null
  // A union type has no name to print, so the server's own message fails.
  if (parameter.type === 'number')
    throw new PythonError("'types.UnionType' object has no attribute '__name__'", 'AttributeError')
  if (isList(value) && parameter.type.startsWith('list of ')) {
    return `Type error: All elements in '${parameter.name}' must be ${parameter.type.slice('list of '.length)}.`
  }
  return `Type error: '${parameter.name}' must be of type ${pythonName(parameter)}, got ${typeName(value)}.`
}

function fits(parameter: Parameter, value: PythonValue): boolean {
  // A Python bool is an int; an int is no float.
  const isInt = typeof value === 'number' || typeof value === 'boolean'
  switch (parameter.type) {
    case 'any':
      return true
    case 'int':
      return isInt
    case 'float':
      return value instanceof PythonFloat
    case 'number':
      return isInt || value instanceof PythonFloat
    case 'str':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'broken':
      throw new PythonError('isinstance() arg 2 must be a type, a tuple of types, or a union')
    case 'list of str':
      return isList(value) && value.every((item) => typeof item === 'string')
    case 'list of int':
      return isList(value) && value.every((item) => typeof item === 'number' || typeof item === 'boolean')
    case 'list of dict':
      return isList(value) && value.every(isDict)
  }
}

/** GET brings only texts, so the server casts them first; undefined when that fails. */
function castText(parameter: Parameter, value: PythonValue): PythonValue | undefined {
  try {
    if (parameter.type === 'int') return toInt(value)
    if (parameter.type === 'bool') return value !== ''
    if (parameter.type === 'list of str') return isList(value) ? value : [value]
    if (parameter.type === 'list of int') return (isList(value) ? value : [value]).map(toInt)
    return value
  } catch (error) {
    if (error instanceof PythonError) return undefined
    throw error
  }
}

function pythonName(parameter: Parameter): string {
  return parameter.type.startsWith('list') ? 'list' : parameter.type
}

function refused(message: string): Validation {
  return { kind: 'refused', message }
}

/**
 * A Python float. Kept apart from an int because the v1 checks tell `1` and `1.0` from each other
 * (contracts/panda-server.md 1.5), which a JavaScript number cannot.
 */
export class PythonFloat {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** What a request can hold and an answer can carry. A plain number is an int. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | PythonFloat
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue | undefined }

/** A Python dictionary with text keys. A key whose value is undefined does not exist. */
export type PythonDict = { readonly [key: string]: PythonValue | undefined }

/** An exception of the server's code. It leaves the server as HTTP 500 with the message as body. */
export class PythonError extends Error {
  /** The class it would have in Python, which some answers name. */
  readonly type: string
  constructor(message: string, type = 'TypeError') {
    super(message)
    this.type = type
  }
}

export function isDict(value: PythonValue | undefined): value is PythonDict {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof PythonFloat)
}

export function isList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value)
}

/** The name Python gives to the type of a value, as it stands in error messages. */
export function typeName(value: PythonValue): string {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'int'
  if (typeof value === 'string') return 'str'
  if (value instanceof PythonFloat) return 'float'
  return isList(value) ? 'list' : 'dict'
}

/** `int(value)`: texts must be whole numbers, floats are cut. Throws PythonError with Python's words. */
export function toInt(value: PythonValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (value instanceof PythonFloat) return Math.trunc(value.value)
  if (typeof value === 'string') {
    if (/^\s*[-+]?\d+\s*$/.test(value)) return Number(value)
    throw new PythonError(`invalid literal for int() with base 10: '${value}'`, 'ValueError')
  }
  throw new PythonError(
    `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
  )
}

/** `float(value)`. Throws PythonError with Python's words. */
export function toFloat(value: PythonValue): number {
  if (value instanceof PythonFloat) return value.value
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
  if (typeof value === 'string') {
    const number = Number(value)
    if (value.trim() !== '' && !Number.isNaN(number)) return number
    throw new PythonError(`could not convert string to float: '${value}'`, 'ValueError')
  }
  throw new PythonError(`float() argument must be a string or a real number, not '${typeName(value)}'`)
}

/** `value[:length]` on something that should be a text. Throws PythonError when it is not. */
export function cutText(value: PythonValue, length: number): string {
  if (typeof value === 'string') return value.slice(0, length)
  throw new PythonError(`'${typeName(value)}' object is not subscriptable`)
}

import { Break, exactNumber, JsonReader, type ReaderLimits } from './json-reader.ts'

/** What a text meant as one JSON object holds. Integers beyond 2^53 are bigints. */
export type LenientJson =
  | { readonly kind: 'whole'; readonly members: Members }
  /** `members` are those of the top level that stood there complete. */
  | { readonly kind: 'broken'; readonly members: Members; readonly text: string }

export type Members = Readonly<Record<string, unknown>>

/** Texts up to this length are given to JSON.parse: the tree takes up to 24 times as much, 100 MB. */
const longestForParse = 4_000_000

/**
 * Reads a JSON object. Unlike JSON.parse it takes NaN and Infinity, which Python writes, as absent, and of a broken text it
 * gives the members before the break: each is either as in the whole text or absent, never half. A name that comes twice
 * has its last value. Two documents in one text say two things: nothing of them is given.
 * `limits` hold where JSON.parse cannot read the text or the text is longer than 4 million characters.
 */
export function parseLenient(text: string, limits: ReaderLimits): LenientJson {
  if (text.length > longestForParse) return readLenient(text, limits)
  let value: unknown
  try {
    value = parseStrict(text)
  } catch {
    return readLenient(text, limits)
  }
  if (isMembers(value)) return { kind: 'whole', members: value }
  const what = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
  return { kind: 'broken', members: {}, text: `its top level is ${what}, not an object` }
}

/** Whether `value` is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const longIntegers = /[[:,\s]-?\d{16,}\s*[,\]}]/

function parseStrict(text: string): unknown {
  try {
    if (longIntegers.test(text)) return JSON.parse(text, keepInteger)
  } catch (error) {
    // Only with a reviver can nesting exhaust the stack; then the digits are lost and not the report.
    if (!(error instanceof RangeError)) throw error
  }
  return JSON.parse(text)
}

function keepInteger(this: unknown, _name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? exactNumber(context?.source ?? '', value) : value
}

function readLenient(text: string, limits: ReaderLimits): LenientJson {
  const members: [string, unknown][] = []
  try {
    new JsonReader(text, limits).document(members)
    return { kind: 'whole', members: Object.fromEntries(members) }
  } catch (error) {
    if (!(error instanceof Break)) throw error
    return { kind: 'broken', members: Object.fromEntries(members), text: error.message }
  }
}

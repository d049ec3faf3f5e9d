/** A JSON object. */
export type Members = Record<string, unknown>

/** Part of the language that its type definitions do not know yet: numbers that keep all digits they are written with. */
export const exactJson = JSON as unknown as {
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

/** A number as it is written. */
export interface RawNumber {
  readonly rawJSON: string
}

/** Whether `value` is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const longIntegers = /[[:,\s]-?\d{16,}\s*[,\]}]/

/** JSON.parse, but integers beyond 2^53 are raw numbers. Throws SyntaxError. */
export function parseStrict(text: string): unknown {
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

/** The number that `source` writes: a raw one where a number would lose digits of an integer, none when it is not finite. */
export function exactNumber(source: string, value: number): number | RawNumber | undefined {
  if (!Number.isFinite(value)) return undefined
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? exactJson.rawJSON(source)
    : value
}

/** The value of a JSON text, undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

declare global {
  interface JSON {
    /** Shipped by Node 22 and later, missing in TypeScript's library. */
    rawJSON(text: string): JsonDecimal
    isRawJSON(value: unknown): value is JsonDecimal
  }
}

/** A number whose JSON text is fixed. */
export interface JsonDecimal {
  readonly rawJSON: string
}

/**
 * A number written with its decimal point, `2200.0`: JavaScript would write `2200`, which v1 refuses where it wants a
 * float (contracts/panda-server.md 13 gotcha 6). Undefined when it is no finite number.
 */
export function decimal(value: number | undefined): JsonDecimal | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  const text = String(value)
  return JSON.rawJSON(/[.e]/.test(text) ? text : `${text}.0`)
}

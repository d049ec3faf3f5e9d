/** In JSON, which has no control characters. */
const beyondAscii = /[^\x20-\x7f]/g

/** A value as JSON in ASCII, as Python writes it. Throws what JSON.stringify throws. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(beyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

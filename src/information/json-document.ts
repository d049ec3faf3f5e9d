export type ReadDocument<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** What is wrong with it, for a person; the caller adds where it came from. */
  | { readonly kind: 'refused'; readonly text: string }

/** Characters of a strange document that are shown. */
const shown = 60

/** Parses a document that must be a dictionary or a list; services tell their errors in a dictionary with the key `error`. */
export function parseDocument(text: string): ReadDocument<object> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    const start = text.trimStart().slice(0, shown)
    return { kind: 'refused', text: start === '' ? 'is empty' : `is no JSON, it begins with ${JSON.stringify(start)}` }
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return { kind: 'refused', text: `is no dictionary but ${JSON.stringify(parsed).slice(0, shown)}` }
  }
  if ('error' in parsed) {
    return { kind: 'refused', text: `says error: ${JSON.stringify(parsed.error)?.slice(0, 4 * shown)}` }
  }
  return { kind: 'read', value: parsed }
}

/** A value under a key that came from outside: `constructor` and the like are not found. */
export function ownValue(dictionary: object, key: string): unknown {
  return Object.hasOwn(dictionary, key) ? (dictionary as Record<string, unknown>)[key] : undefined
}

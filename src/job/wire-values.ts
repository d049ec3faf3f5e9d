import * as z from 'zod/mini'

/** Words that mean "not set" on PanDA's wires (contracts/panda-server.md 11, 13 gotcha 22). */
const unset = new Set(['', 'NULL', 'null', 'None'])

function isUnset(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && unset.has(value.trim()))
}

/** Text; numbers are taken as their digits, NULL and empty as absent. */
export const optionalText = z.pipe(
  z.unknown(),
  z.transform((value): string | undefined => {
    if (isUnset(value)) return undefined
    return typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : undefined
  }),
)

/** A whole number, also as digits in a text; NULL, empty and fractions are absent. */
export const optionalInteger = z.pipe(
  z.unknown(),
  z.transform((value): number | undefined => {
    if (isUnset(value)) return undefined
    const number =
      typeof value === 'number'
        ? value
        : typeof value === 'string' && /^\s*[+-]?\d+(\.0*)?\s*$/.test(value)
          ? Number(value)
          : Number.NaN
    return Number.isSafeInteger(number) ? number : undefined
  }),
)

/** true/True/yes/1 and their opposites; anything else is absent. */
export const optionalFlag = z.pipe(
  z.unknown(),
  z.transform((value): boolean | undefined => {
    if (typeof value === 'boolean') return value
    if (typeof value === 'object') return undefined
    const word = String(value ?? '')
      .trim()
      .toLowerCase()
    if (['true', 'yes', 't', 'y', '1'].includes(word)) return true
    if (['false', 'no', 'f', 'n', '0'].includes(word)) return false
    return undefined
  }),
)

/**
 * A comma list, in JSON also a list; a shorter list is padded by the reader, a trailing comma is tolerated. Items are trimmed, unset ones
 * undefined. What is no list at all keeps its JSON text, so that it is refused where names are read, not overlooked.
 */
export const commaList = z.pipe(
  z.unknown(),
  z.transform((value): readonly (string | undefined)[] => {
    if (isUnset(value)) return []
    return itemsOf(value)
      .map((item) => item.trim())
      .map((item) => (unset.has(item) ? undefined : item))
  }),
)

function itemsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? item : `${JSON.stringify(item)}`))
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).split(',')
}

/**
 * Text for a database column of `limit` bytes: cut between characters, never inside one, because the server refuses
 * the whole update when a value is too long (contracts/panda-server.md 13 gotcha 33). NUL and lone surrogates, which
 * no database takes, are removed and replaced.
 */
export function columnText(text: string, limit: number): string {
  const clean = text.replaceAll('\0', '').toWellFormed()
  // A UTF-16 unit takes at most three bytes of UTF-8.
  if (3 * clean.length <= limit) return clean
  const { read } = new TextEncoder().encodeInto(clean, new Uint8Array(limit))
  return clean.slice(0, read)
}

/**
 * The debug text of a job: its first line, the path, stays, and of the rest the end; together at most `limit` bytes,
 * cut between characters. v1 stores nothing at all of a longer one (contracts/panda-server.md 13 gotcha 33).
 */
export function debugText(text: string, limit: number): string {
  const clean = text.replaceAll('\0', '').toWellFormed()
  const bytes = new TextEncoder().encode(clean)
  if (bytes.length <= limit) return clean
  const firstLine = clean.slice(0, clean.indexOf('\n') + 1)
  const path = columnText(firstLine, limit)
  let from = bytes.length - (limit - new TextEncoder().encode(path).length)
  // A byte 10xxxxxx is the inside of a character.
  while (((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1
  return path + new TextDecoder().decode(bytes.subarray(from))
}

/** `key=value` pairs joined by blanks, whole pairs only: the server reads them by pattern, half a number would be a wrong one. */
export function columnPairs(pairs: Readonly<Record<string, string | number>>, limit: number): string {
  let joined = ''
  for (const [key, value] of Object.entries(pairs)) {
    const pair = `${key}=${value}`
    if (value === '' || /\s/.test(pair)) continue
    const longer = joined === '' ? pair : `${joined} ${pair}`
    if (columnText(longer, limit) !== longer) break
    joined = longer
  }
  return joined
}

/** A whole number of at most `digits` digits; undefined when it is none, so that the field is left out. */
export function wholeNumber(value: number | undefined, digits: number): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  const whole = Math.trunc(value)
  return Math.abs(whole) < 10 ** digits ? whole : undefined
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, the one form both dialects store (contracts/panda-server.md 5.1; 13 gotcha 13). */
export function utcTime(milliseconds: number): string | undefined {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 19).replace('T', ' ')
}

/** What a debug command or the active log shows: a path or a title, and what is to be seen there. */
export interface Shown {
  readonly title: string
  readonly body: string
  /** Only so many lines from the end; all when left out. */
  readonly lines?: number
}

/** Bytes of the field `stdout`; one more and the server silently stores none (contracts/panda-server.md 13 gotcha 33). */
const longestDebugText = 2048
const longestTitle = 256

/**
 * The text for the field `stdout`: the title in the first line, then the end of the body, together at most 2,048 bytes
 * of UTF-8. Secrets go before anything is cut: half a secret would not be known as one.
 */
export function debugText({ title, body, lines }: Shown, redact: (text: string) => string): string {
  const first = endOf(clean(redact(title)).replaceAll('\n', ' '), longestTitle)
  const whole = clean(redact(body)).trimEnd()
  const shown = lines === undefined ? whole : whole.split('\n').slice(-lines).join('\n')
  const room = longestDebugText - new TextEncoder().encode(first).length - 1
  return shown === '' ? first : `${first}\n${endOf(shown, room)}`
}

/** No database takes NUL or half a character. */
function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/** The last `limit` bytes, cut between characters. */
function endOf(text: string, limit: number): string {
  const bytes = new TextEncoder().encode(text)
  let start = Math.max(0, bytes.length - limit)
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1
  return new TextDecoder().decode(bytes.subarray(start))
}

import type { Reply } from './exchange.ts'

/** What an answer means, before it is put in the words of the port. */
export type Verdict<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** StatusCode 20: no job. */
  | { readonly kind: 'nothing'; readonly text: string }
  /** Sending the same again cannot help. */
  | { readonly kind: 'refused'; readonly text: string }
  /** One field is not known to this server, or of another type. */
  | { readonly kind: 'field-refused'; readonly field: string; readonly text: string }
  /** The method does not exist here: the server speaks the other dialect. */
  | { readonly kind: 'other-dialect'; readonly text: string }
  /** The credential ran out; whoever renews it makes the same call good. */
  | { readonly kind: 'expired'; readonly text: string }
  /** StatusCode 30: the database refused it, or something in it. */
  | { readonly kind: 'not-stored'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }

/** Every verdict but the good one carries a text and fits any call. */
export type Failure = Exclude<Verdict<never>, { readonly kind: 'done' }>

/** One line of a server's words, short enough for a log: 403 bodies may hold a Python traceback. */
export function quoted(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}…` : line)
}

/**
 * An unreadable answer, for a log. A dictionary is not shown: cut or not, it may hold the secrets of a job
 * (contracts/panda-server.md 13 gotcha 37).
 */
export function glimpsed(text: string): string {
  return /^\s*([{["]|StatusCode)/.test(text) ? `an unreadable dictionary of ${text.length} characters` : quoted(text)
}

/** Reads what HTTP itself says (contracts/panda-server.md 1.4). Never looks at Content-Type: v1 labels its JSON text/plain. */
export function readHttp(reply: Reply): { readonly kind: 'body'; readonly text: string } | Failure {
  if (reply.kind === 'none') return { kind: 'unknown', text: reply.text }
  const text = reply.body.toString('utf8')
  const said = `the server answered HTTP ${reply.status} ${glimpsed(text)}`
  if (reply.status === 200) return { kind: 'body', text }
  if (reply.status === 403) {
    if (/method \S+ is forbidden/.test(text)) return { kind: 'other-dialect', text: said }
    if (/Token authentication failed.*expired/s.test(text)) return { kind: 'expired', text: said }
    return { kind: 'refused', text: said }
  }
  return refusedField(text, said) ?? { kind: 'unknown', text: said }
}

const fieldPatterns = [
  /unexpected keyword argument '(\w+)'/,
  /Type error: '(\w+)' must be/,
  /All elements in '(\w+)' must be/,
] as const

/** The refusal of one field, if that is what the text says (contracts/panda-server.md 1.2, 1.5). */
export function refusedField(text: string, said: string): Failure | undefined {
  for (const pattern of fieldPatterns) {
    const field = pattern.exec(text)?.[1]
    if (field !== undefined) return { kind: 'field-refused', field, text: said }
  }
  return undefined
}

const meanings: Readonly<Record<number, string>> = {
  10: 'database time-out',
  20: 'no jobs',
  30: 'database failure',
  50: 'invalid value',
  60: 'wrong role',
  70: 'permission denied',
  80: 'key missing',
  90: 'proxy error',
}

/** Reads a StatusCode other than 0 (contracts/panda-server.md 2). */
export function readCode(code: number, dialog: string): Failure {
  const text = `StatusCode ${code} (${meanings[code] ?? 'unheard of'})${dialog === '' ? '' : ` ${quoted(dialog)}`}`
  switch (code) {
    case 20:
      return { kind: 'nothing', text }
    case 30:
      return { kind: 'not-stored', text }
    case 50:
    case 60:
    case 70:
    case 80:
      return { kind: 'refused', text }
    default:
      return { kind: 'unknown', text }
  }
}

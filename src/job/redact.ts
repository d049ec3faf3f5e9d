import { authorizationFinder, type Finder, literalFinder, privateKeyFinder, webTokenFinder } from './secret-finders.ts'
import { spellingsOf } from './secret-spellings.ts'

/** What stands where a secret was. */
const hiddenMark = '[hidden]'

/**
 * Takes secrets out of texts: the given ones in every spelling of `spellingsOf`, and what looks like one: private keys in
 * PEM, JSON Web Tokens, values of `Authorization` headers. Everything else comes through unchanged.
 *
 * Limits: a secret is not found in hexadecimal, in base64 of base64, compressed, encrypted or otherwise rewritten; one with
 * characters to escape not when they were escaped twice, by a shell's single quotes or as HTML entities; of one that was
 * cut, only whole pieces of 32 characters.
 */
export interface Redactor {
  redact(text: string): string
  /** Whether `redact` would hide something that begins before the place `limit`: the next `reach` characters tell. */
  finds(text: string, limit: number): boolean
  readonly reach: number
  /** For texts too long to hold: pushed in pieces cut anywhere, the outcome is that of `redact` on the whole. */
  stream(): RedactingStream
}

/**
 * Holds back at most about 33,000 characters beyond the last piece. A file of any content is pushed as Latin-1, one
 * character a byte: what comes out is written back the same way.
 */
interface RedactingStream {
  push(text: string): string
  end(): string
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const spellings = new Set<string>()
  for (const secret of secrets) for (const spelling of spellingsOf(secret)) spellings.add(spelling)
  const finders = [literalFinder(spellings), privateKeyFinder, webTokenFinder, authorizationFinder]
  const reach = Math.max(...finders.map((finder) => finder.reach))
  return {
    reach,
    redact(text) {
      const stream = createStream(finders, reach)
      return stream.push(text) + stream.end()
    },
    finds: (text, limit) => finders.some((finder) => isFound(finder, text, limit)),
    stream: () => createStream(finders, reach),
  }
}

function isFound(finder: Finder, text: string, limit: number): boolean {
  let found = false
  finder.find(text, limit, () => {
    found = true
  })
  return found
}

function createStream(finders: readonly Finder[], reach: number): RedactingStream {
  let held = ''
  /** How many characters at the start of `held` are already told, as text or as mark. */
  let told = 0
  /** Whether what was told last is a mark: a finding that touches it needs no second one. */
  let marked = false

  /** Tells all of `held` before `limit`; what a finding there covers beyond the limit stays in mind as told. */
  function tell(limit: number): string {
    const findings: (readonly [start: number, end: number])[] = []
    for (const finder of finders) finder.find(held, limit, (start, end) => findings.push([start, end]))
    findings.sort(([a], [b]) => a - b)
    let out = ''
    for (const [start, end] of findings) {
      if (start > told || !marked) out += held.slice(told, start) + hiddenMark
      told = Math.max(told, end)
      marked = true
    }
    if (told < limit) {
      out += held.slice(told, limit)
      told = limit
      marked = false
    }
    held = held.slice(limit)
    told -= limit
    return out
  }

  return {
    push(text) {
      held += text
      return held.length < 2 * reach ? '' : tell(held.length - reach + 1)
    },
    end: () => tell(held.length),
  }
}

import { JsonBlocks, type Source } from './json-blocks.ts'
import { exactJson, exactNumber, parseStrict } from './strict-json.ts'
import {
  costOf,
  cutName,
  cutText,
  eachOf,
  firstOf,
  isTooDeep,
  longestTextOf,
  takeWanted,
  type Wanted,
  wantedOf,
} from './wanted.ts'

/** What a text meant as one JSON object holds of what was wanted. */
export type Scanned =
  | { readonly kind: 'whole'; readonly members: Record<string, unknown> }
  /** `members` are those of the top level that stood there complete. */
  | { readonly kind: 'broken'; readonly members: Record<string, unknown>; readonly text: string }

/** More values than this end the reading, texts counted by their length: the tree would not fit into a worker's heap. */
const mostValues = 6_000_000

/** `\u0041`: so many bytes may stand for one UTF-16 unit. */
const bytesOfUnit = 6

/** UTF-16 units read beyond the longest text, so that it is seen to be longer. */
const unitsBeyond = 32

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const words = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['-Infinity', undefined],
])
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts
const needsDecoding = /[\x00-\x1f\\]/

const [quote, comma, colon, openBracket, closeBracket, openBrace, closeBrace] = [34, 44, 58, 91, 93, 123, 125] as const

/** Why and where a text could not be read any further. */
class Break extends Error {}

/**
 * Reads one JSON object however long it is: one block of it is in memory, and what is wanted. Unlike JSON.parse it takes
 * NaN and Infinity, which Python writes, as absent, and of a broken text it gives the members before the break: each is
 * either as in the whole text or absent, never half. A name that comes twice has its last value. Two documents in one text
 * say two things: nothing of them is given. What is not wanted is passed over and not validated.
 *
 * `source` gives the bytes; `blockLength`, in bytes, at most 1 MiB.
 */
export function scanJson(source: Source, wanted: Wanted, blockLength?: number): Scanned {
  const members: [string, unknown][] = []
  try {
    new Scanner(new JsonBlocks(source, blockLength)).document(members, wanted)
    return { kind: 'whole', members: Object.fromEntries(members) }
  } catch (error) {
    if (!(error instanceof Break)) throw error
    return { kind: 'broken', members: Object.fromEntries(members), text: error.message }
  }
}

/** Reads values one by one, but those that are wanted whole and lie within one block by JSON.parse, which is quicker. */
class Scanner {
  readonly #blocks: JsonBlocks
  #values = 0
  readonly #spend = (values: number): void => {
    this.#values += values
    if (this.#values > mostValues) throw new Break(`it has more than ${mostValues} values`)
  }

  constructor(blocks: JsonBlocks) {
    this.#blocks = blocks
  }

  document(into: [string, unknown][], wanted: Wanted): void {
    const blocks = this.#blocks
    blocks.byteOrderMark()
    blocks.blank()
    if (blocks.peek() < 0) throw new Break('it is empty')
    if (!blocks.take(openBrace)) throw this.#noObject()
    this.#members(into, wanted, 0)
    blocks.blank()
    if (blocks.peek() < 0) return
    into.length = 0
    throw new Break(`something follows the object that ends at byte ${blocks.place}`)
  }

  /** Adds a number only once its delimiter was seen: one that is cut off still looks like a number. */
  #members(into: [string, unknown][], wanted: Wanted, depth: number): void {
    const blocks = this.#blocks
    blocks.blank()
    if (blocks.take(closeBrace)) return
    for (;;) {
      blocks.blank()
      this.#expect(quote, 'a name')
      const name = this.#text(longestTextOf('all'))
      blocks.blank()
      this.#expect(colon, ':')
      blocks.blank()
      const ofMember = wantedOf(wanted, name)
      const kept = ofMember !== 'nothing'
      const value = kept ? this.#value(ofMember, depth + 1) : this.#skip()
      const complete = kept && typeof value !== 'number' && !exactJson.isRawJSON(value)
      if (complete) into.push([cutName(name), value])
      const last = this.#isLast(closeBrace)
      if (kept && !complete) into.push([cutName(name), value])
      if (last) return
    }
  }

  #elements(wanted: Wanted, depth: number): unknown[] {
    const blocks = this.#blocks
    const elements: unknown[] = []
    blocks.blank()
    if (blocks.take(closeBracket)) return elements
    const [each, most] = [eachOf(wanted), firstOf(wanted)]
    do {
      blocks.blank()
      if (elements.length < most) elements.push(this.#value(each, depth + 1))
      else if (blocks.skipNested()) return elements
      else throw this.#broken('the end of an array')
    } while (!this.#isLast(closeBracket))
    return elements
  }

  #value(wanted: Wanted, depth: number): unknown {
    const blocks = this.#blocks
    const first = blocks.peek()
    this.#spend(1)
    if (wanted === 'count') return this.#count(first)
    if (first === quote) {
      blocks.pass(1)
      const text = this.#text(longestTextOf(wanted))
      this.#spend(costOf(text))
      return cutText(text, longestTextOf(wanted))
    }
    if (first !== openBracket && first !== openBrace) return this.#literal()
    if (isTooDeep(depth)) return this.#skip()
    const here = wanted === 'all' ? blocks.nestedHere() : undefined
    const parsed = here === undefined ? undefined : parseOrNothing(here.written)
    if (here !== undefined && parsed !== undefined) {
      blocks.pass(here.length)
      // The value itself is counted already.
      this.#values -= 1
      return takeWanted(parsed, wanted, depth, this.#spend)
    }
    blocks.pass(1)
    if (first === openBracket) return this.#elements(wanted, depth)
    const members: [string, unknown][] = []
    this.#members(members, wanted, depth)
    return Object.fromEntries(members)
  }

  #literal(): unknown {
    const place = this.#blocks.place
    const literal = this.#blocks.literal()
    if (literal !== undefined && number.test(literal)) return exactNumber(literal, Number(literal))
    if (literal !== undefined && words.has(literal)) return words.get(literal)
    throw new Break(`at byte ${place} a value was expected, found ${literal ? JSON.stringify(literal) : this.#found()}`)
  }

  #count(first: number): number | undefined {
    if (first !== openBracket) return this.#skip()
    this.#blocks.pass(1)
    const count = this.#blocks.skipCounting()
    if (count === undefined) throw this.#broken('the end of an array')
    return count
  }

  /** Behind its opening quote. At least `longest` units and a mark of it, when it is longer. */
  #text(longest: number): string {
    const read = this.#blocks.text(bytesOfUnit * (longest + unitsBeyond))
    if (read === undefined) throw this.#broken('the end of a text')
    if (!needsDecoding.test(read.written)) return read.written
    // A text that was cut may end in the middle of an escape.
    for (let cut = 0; cut < (read.isCut ? bytesOfUnit : 1); cut++) {
      try {
        return JSON.parse(`"${read.written.slice(0, read.written.length - cut)}"`)
      } catch {
        // Either it is no JSON or it ends in an escape.
      }
    }
    throw this.#broken('a text without raw control characters or unknown escapes before')
  }

  /** Passes over one value. */
  #skip(): undefined {
    const blocks = this.#blocks
    if (blocks.take(quote)) {
      if (!blocks.skipText()) throw this.#broken('the end of a text')
    } else if (blocks.take(openBracket) || blocks.take(openBrace)) {
      if (!blocks.skipNested()) throw this.#broken('the end of a value')
    } else this.#literal()
  }

  /** Whether the value just read was the last one before `closing`. */
  #isLast(closing: number): boolean {
    this.#blocks.blank()
    if (this.#blocks.take(closing)) return true
    this.#expect(comma, ',')
    return false
  }

  #expect(byte: number, what: string): void {
    if (!this.#blocks.take(byte)) throw this.#broken(what)
  }

  #noObject(): Break {
    const first = this.#blocks.peek()
    if (first === openBracket) return new Break('its top level is an array, not an object')
    if (first === quote) return new Break('its top level is a text, not an object')
    const [place, literal] = [this.#blocks.place, this.#blocks.excerpt(longestExcerpt)]
    return new Break(`at byte ${place} { was expected, found ${JSON.stringify(literal)}`)
  }

  #broken(expected: string): Break {
    return new Break(`at byte ${this.#blocks.place} ${expected} was expected, found ${this.#found()}`)
  }

  #found(): string {
    const excerpt = this.#blocks.excerpt(longestExcerpt)
    return excerpt === '' ? 'the end' : JSON.stringify(excerpt)
  }
}

/** Bytes of a broken text that a message shows. */
const longestExcerpt = 12

function parseOrNothing(text: string): unknown {
  try {
    return parseStrict(text)
  } catch {
    return undefined
  }
}

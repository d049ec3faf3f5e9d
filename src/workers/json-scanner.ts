import { asciiJson } from '../job/ascii-json.ts'
import { JsonBlocks, type Source } from './json-blocks.ts'
import type { Copied } from './json-copies.ts'
import {
  copyRuleOf,
  costOf,
  cutText,
  eachOf,
  firstOf,
  isWritten,
  levelsBelow,
  longestText,
  longestTextOf,
  type Wanted,
  type WantedRecord,
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
const words = new Map<string, boolean | null | undefined>([
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

/** Takes JSON in ASCII, piece by piece. */
export interface TextSink {
  write(ascii: string): void
  copy(ascii: Uint8Array): void
}

/** Where a text goes that is not wanted. */
const nowhere: TextSink = { write: () => {}, copy: () => {} }

/**
 * Reads one JSON object however long it is: one block of it is in memory, and what is wanted. `members` are the wanted
 * values and what is around them; `sink` gets what is wanted as JSON, without blanks and always strict: numbers with all the
 * digits they are written with, null for what is absent, as NaN and Infinity are, which Python writes, and what nests too
 * deep. Of a broken text the members before the break are given: each is either as in the whole text or absent, never half.
 * A name that comes twice has its last value. Two documents in one text say two things: nothing of them is given. What is
 * not wanted is passed over and not validated.
 *
 * `source` gives the bytes; `blockLength`, in bytes, at most 1 MiB. Throws what the source and the sink throw.
 */
export function scanJson(source: Source, wanted: Wanted, sink: TextSink, blockLength?: number): Scanned {
  const members: [string, unknown][] = []
  try {
    new Scanner(new JsonBlocks(source, blockLength), sink).document(members, wanted)
    return { kind: 'whole', members: Object.fromEntries(members) }
  } catch (error) {
    if (!(error instanceof Break)) throw error
    return { kind: 'broken', members: Object.fromEntries(members), text: error.message }
  }
}

/** Reads values one by one; those that are wanted whole and lie within one block are copied many at a time. */
class Scanner {
  readonly #blocks: JsonBlocks
  #sink: TextSink
  #spent = 0

  constructor(blocks: JsonBlocks, sink: TextSink) {
    this.#blocks = blocks
    this.#sink = sink
  }

  document(into: [string, unknown][], wanted: Wanted): void {
    const blocks = this.#blocks
    blocks.byteOrderMark()
    blocks.blank()
    if (blocks.peek() < 0) throw new Break('it is empty')
    if (!blocks.take(openBrace)) throw this.#noObject()
    this.#object(wanted, 0, into)
    blocks.blank()
    if (blocks.peek() < 0) return
    into.length = 0
    throw new Break(`something follows the object that ends at byte ${blocks.place}`)
  }

  /** Behind the opening brace. `read` is to read the value and to tell whether it was the last one. */
  #eachMember(read: (name: string) => boolean): void {
    const blocks = this.#blocks
    blocks.blank()
    if (blocks.take(closeBrace)) return
    for (let last = false; !last; ) {
      blocks.blank()
      this.#expect(quote, 'a name')
      const name = cutText(this.#text(longestText), longestText)
      blocks.blank()
      this.#expect(colon, ':')
      blocks.blank()
      last = read(name)
    }
  }

  /** Adds a number only once its delimiter was seen: one that is cut off still looks like a number. */
  #member(name: string, wanted: Wanted, depth: number, into: [string, unknown][]): boolean {
    const value = this.#value(wanted, depth)
    const isKept = wanted !== 'text'
    if (isKept && typeof value !== 'number') into.push([name, value])
    const last = this.#isLast(closeBrace)
    if (isKept && typeof value === 'number') into.push([name, value])
    return last
  }

  /** A member that the reduced text goes without. */
  #silently(name: string, wanted: Wanted, depth: number, into: [string, unknown][]): boolean {
    if (wanted === 'nothing') {
      this.#skip()
      return this.#isLast(closeBrace)
    }
    const sink = this.#sink
    this.#sink = nowhere
    const last = this.#member(name, wanted, depth, into)
    this.#sink = sink
    return last
  }

  /** Behind the opening brace. */
  #object(wanted: Wanted, depth: number, into: [string, unknown][]): void {
    let separator = ''
    this.#sink.write('{')
    this.#eachMember((name) => {
      const ofMember = wantedOf(wanted, name)
      if (!isWritten(ofMember)) return this.#silently(name, ofMember, depth + 1, into)
      this.#sink.write(`${separator}${asciiJson(name)}:`)
      separator = ','
      return this.#member(name, ofMember, depth + 1, into)
    })
    this.#sink.write('}')
  }

  #array(wanted: Wanted, depth: number): unknown[] {
    const blocks = this.#blocks
    const elements: unknown[] = []
    this.#sink.write('[')
    blocks.blank()
    if (!blocks.take(closeBracket)) {
      const [each, most] = [eachOf(wanted), firstOf(wanted)]
      let count = 0
      do {
        blocks.blank()
        if (count === most) {
          if (!blocks.skipNested()) throw this.#broken('the end of an array')
          break
        }
        if (count > 0) this.#sink.write(',')
        count += this.#values(each, depth + 1, most - count, elements)
      } while (!this.#isLast(closeBracket))
    }
    this.#sink.write(']')
    return elements
  }

  /** Reads one value. */
  #value(wanted: Wanted, depth: number): unknown {
    const values: unknown[] = []
    this.#values(wanted, depth, 1, values)
    return values[0]
  }

  /**
   * Reads at least one value and up to `most`, writes them as they are wanted and adds them, or what is around the values
   * that are wanted. Tells how many there were.
   */
  #values(wanted: Wanted, depth: number, most: number, into: unknown[]): number {
    const rule = copyRuleOf(wanted)
    const copied = rule && this.#blocks.copy(rule, levelsBelow(depth), wanted === 'value' ? 1 : most)
    if (copied === undefined) {
      this.#spend(1)
      const value = this.#read(wanted, depth)
      if (wanted !== 'text') into.push(value)
      return 1
    }
    this.#spend(costOf(copied.bytes.length))
    this.#sink.copy(copied.bytes)
    if (wanted === 'value') into.push(copied.value())
    if (typeof wanted === 'object' && 'values' in wanted) {
      this.#spend(copied.count)
      into.push(...recordsOf(copied, wanted))
    }
    return copied.count
  }

  /** One value, looked at part by part; undefined where it is absent or only its text is wanted. */
  #read(wanted: Wanted, depth: number): unknown {
    const blocks = this.#blocks
    const first = blocks.peek()
    if (wanted === 'count') return this.#count(first)
    if (first === quote) {
      blocks.pass(1)
      const text = cutText(this.#text(longestTextOf(wanted)), longestTextOf(wanted))
      this.#spend(costOf(text.length))
      this.#sink.write(asciiJson(text))
      return wanted === 'value' ? text : undefined
    }
    if (first !== openBracket && first !== openBrace) {
      const value = this.#literal()
      return wanted === 'value' ? value : undefined
    }
    if (levelsBelow(depth) === 0) {
      this.#sink.write('null')
      return this.#skip()
    }
    blocks.pass(1)
    if (first === openBracket) return this.#array(wanted, depth)
    const members: [string, unknown][] = []
    this.#object(wanted, depth, members)
    return Object.fromEntries(members)
  }

  /** Only a number that is finite, and a word that JSON knows, is there. */
  #literal(sink = this.#sink): unknown {
    const place = this.#blocks.place
    const literal = this.#blocks.literal()
    const value = literal !== undefined && number.test(literal) ? Number(literal) : words.get(literal ?? '')
    if (value === undefined && !words.has(literal ?? '')) {
      throw new Break(
        `at byte ${place} a value was expected, found ${literal ? JSON.stringify(literal) : this.#found()}`,
      )
    }
    const isThere = literal !== undefined && value !== undefined && (value === null || Number.isFinite(Number(value)))
    sink.write(isThere ? literal : 'null')
    return isThere ? value : undefined
  }

  #count(first: number): number | undefined {
    if (first !== openBracket) return this.#skip()
    this.#blocks.pass(1)
    const count = this.#blocks.skipCounting()
    if (count === undefined) throw this.#broken('the end of an array')
    return count
  }

  #spend(values: number): void {
    this.#spent += values
    if (this.#spent > mostValues) throw new Break(`it has more than ${mostValues} values`)
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
    } else this.#literal(nowhere)
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

/** What is wanted of copied objects. */
function recordsOf(copied: Copied, { values, among }: WantedRecord): readonly Record<string, unknown>[] {
  const records: Record<string, unknown>[] = []
  const last = values.length - 1
  let sum: number | undefined
  for (let value = 0; value < copied.count; value++) {
    const isOther = among !== undefined && !among.some((text) => copied.isMember(value, 0, text))
    const counted = isOther ? copied.member(value, last) : undefined
    if (isCount(counted)) sum = (sum ?? 0) + counted
    else records.push(recordOf(copied, value, isOther ? last : 0, values))
  }
  return sum === undefined ? records : [...records, { [values[last] ?? '']: sum }]
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function recordOf(copied: Copied, value: number, from: number, names: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (let which = from; which < names.length; which++) {
    const member = copied.member(value, which)
    if (member !== undefined) record[names[which] ?? ''] = member
  }
  return record
}

/** Bytes of a broken text that a message shows. */
const longestExcerpt = 12

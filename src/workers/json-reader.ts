/** What a reader leaves out of the tree it builds. */
export interface ReaderLimits {
  /** Values at these paths are passed over, as `executor.*.metaData.eventLoop`; `*` is any element of an array. */
  readonly skip: ReadonlySet<string>
  /** Of arrays that are members of the object at this path only the first so many elements are kept. */
  readonly keepFirst: ReadonlyMap<string, number>
  /** Texts are cut here, and marked. */
  readonly longestText: number
  /** Deeper values are passed over. */
  readonly deepest: number
  /** More values than this end the reading; texts with escapes count more, by their length. */
  readonly mostValues: number
}

/** Why and where a text could not be read any further. */
export class Break extends Error {}

const [space, quote, comma, openBracket, closeBracket, openBrace, closeBrace] = [32, 34, 44, 91, 93, 123, 125] as const

const blank = /[ \t\r\n]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null|NaN|-?Infinity/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts
const needsDecoding = /[\x00-\x1f\\]/

/** So many characters of a decoded text take about the memory of a value. */
const charactersPerValue = 32

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

/**
 * Reads JSON that JSON.parse cannot, or must not: broken, with the NaN and Infinity of Python (undefined here), or so large
 * that the tree of it would not fit. JSON.parse allocates without ever looking up: where it exhausts the heap of a worker
 * the whole process ends, not only the worker. This reader is JavaScript and can be ended.
 * What is passed over is not validated. Integers beyond 2^53 are bigints.
 */
export class JsonReader {
  readonly #text: string
  readonly #limits: ReaderLimits
  #at = 0
  #values = 0

  constructor(text: string, limits: ReaderLimits) {
    this.#text = text
    this.#limits = limits
  }

  /**
   * Reads one object and what follows it. `into` gets its members as they come, so that of a text that breaks those before
   * the break are known. Throws Break.
   */
  document(into: [name: string, value: unknown][]): void {
    this.#blank()
    this.#expect('{')
    this.#members(into, '', 1)
    this.#blank()
    if (this.#at === this.#text.length) return
    into.length = 0
    throw new Break(`something follows the object that ends at character ${this.#at}`)
  }

  /** Adds a number only once its delimiter was seen: one that is cut off still looks like a number. */
  #members(into: [string, unknown][], path: string, depth: number): void {
    this.#blank()
    if (this.#take('}')) return
    for (;;) {
      this.#blank()
      const name = this.#string()
      this.#blank()
      this.#expect(':')
      const below = path === '' ? name : `${path}.${name}`
      if (this.#limits.skip.has(below)) {
        this.#skip()
        if (this.#isLast('}')) return
        continue
      }
      const value = this.#value(below, depth, this.#limits.keepFirst.get(path))
      const complete = typeof value !== 'number' && typeof value !== 'bigint'
      if (complete) into.push([name, value])
      const last = this.#isLast('}')
      if (!complete) into.push([name, value])
      if (last) return
    }
  }

  #elements(path: string, depth: number, most: number): unknown[] {
    const elements: unknown[] = []
    this.#blank()
    if (this.#take(']')) return elements
    do {
      if (elements.length < most) elements.push(this.#value(path, depth))
      else this.#skip()
    } while (!this.#isLast(']'))
    return elements
  }

  #value(path: string, depth: number, most = Number.POSITIVE_INFINITY): unknown {
    this.#spend(1)
    this.#blank()
    const first = this.#text[this.#at]
    if (first === '"') return this.#string()
    if (first === '[' || first === '{') {
      if (depth >= this.#limits.deepest) return this.#skip()
      this.#at += 1
      if (first === '[') return this.#elements(`${path}.*`, depth + 1, most)
      const members: [string, unknown][] = []
      this.#members(members, path, depth + 1)
      return Object.fromEntries(members)
    }
    const literal = this.#match(word)
    if (literal !== '') return words[literal]
    const digits = this.#match(number)
    if (digits !== '') return exactNumber(digits, Number(digits))
    throw this.#broken('a value')
  }

  #string(): string {
    const start = this.#at + 1
    this.#expect('"')
    this.#toEndOfString()
    const { longestText } = this.#limits
    const length = this.#at - 1 - start
    const kept = this.#text.slice(start, start + Math.min(length, longestText))
    // Without escapes it stays a view of the whole text and takes no memory of its own.
    const read = needsDecoding.test(kept) ? this.#decode(kept, length > longestText) : kept
    if (read === undefined) throw this.#broken('a text without raw control characters or unknown escapes before')
    return length > longestText ? `${read} (truncated)` : read
  }

  /** `isCut`: the end may be in the middle of an escape, the longest of which has six characters. */
  #decode(written: string, isCut: boolean): string | undefined {
    this.#spend(written.length / charactersPerValue)
    for (let cut = 0; cut < (isCut ? 6 : 1); cut++) {
      try {
        return JSON.parse(`"${written.slice(0, written.length - cut)}"`)
      } catch {
        // Either it is no JSON or it ends in an escape.
      }
    }
    return undefined
  }

  #spend(values: number): void {
    this.#values += values
    if (this.#values > this.#limits.mostValues) throw new Break(`it has more than ${this.#limits.mostValues} values`)
  }

  #toEndOfString(): void {
    for (let end = this.#text.indexOf('"', this.#at); end >= 0; end = this.#text.indexOf('"', end + 1)) {
      let backslashes = 0
      while (this.#text[end - 1 - backslashes] === '\\') backslashes += 1
      if (backslashes % 2 === 1) continue
      this.#at = end + 1
      return
    }
    this.#at = this.#text.length
    throw this.#broken('the end of a text')
  }

  /** Passes over one value by its quotes and brackets, to the delimiter behind it. */
  #skip(): undefined {
    const text = this.#text
    let depth = 0
    for (let at = this.#at; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        this.#at = at + 1
        this.#toEndOfString()
        at = this.#at - 1
      } else if (code === openBracket || code === openBrace) depth += 1
      else if (depth > 0 && (code === closeBracket || code === closeBrace)) depth -= 1
      else if (depth === 0 && (code === comma || code === closeBracket || code === closeBrace)) {
        this.#at = at
        return
      }
    }
    this.#at = text.length
    throw this.#broken('the end of a value')
  }

  /** Whether the value just read was the last one before `closing`. */
  #isLast(closing: string): boolean {
    this.#blank()
    if (this.#take(closing)) return true
    this.#expect(',')
    return false
  }

  #blank(): void {
    if (this.#text.charCodeAt(this.#at) <= space) this.#match(blank)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return ''
    const start = this.#at
    this.#at = pattern.lastIndex
    return this.#text.slice(start, this.#at)
  }

  #take(character: string): boolean {
    const found = this.#text[this.#at] === character
    if (found) this.#at += 1
    return found
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#broken(character)
  }

  #broken(expected: string): Break {
    const found = this.#at < this.#text.length ? JSON.stringify(this.#text.slice(this.#at, this.#at + 12)) : 'the end'
    return new Break(`at character ${this.#at} ${expected} was expected, found ${found}`)
  }
}

/** The number that `source` writes: a bigint where a number would lose digits of an integer. */
export function exactNumber(source: string, value: number): number | bigint | undefined {
  if (!Number.isFinite(value)) return undefined
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value
}

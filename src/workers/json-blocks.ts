import { type Copied, type CopyRule, copied } from './json-copies.ts'
import { jsonKernels, type Kernels, largestBlock, lookOutFor, mostTold } from './json-kernels.ts'

/** Fills `target` from its beginning with the next bytes and tells how many; 0 at the end. */
export type Source = (target: Uint8Array) => number

/** Bytes of a number or a word; a number of more digits is none that anybody means. */
const longestLiteral = 4096

const isBlank = byteSet(' \t\r\n')
const endsLiteral = byteSet(' \t\r\n,:]}["{')

/**
 * The bytes of a JSON text, one block of it in memory, and the ways to pass over them. Limit: one reader a thread at a
 * time, all share the block.
 */
export class JsonBlocks {
  readonly #bytes: Buffer
  readonly #kernels: Kernels
  readonly #source: Source
  readonly #blockLength: number
  #names: readonly string[] = []
  #at = 0
  #end = 0
  #passed = 0

  /** `blockLength` in bytes, up to 1 MiB. */
  constructor(source: Source, blockLength = largestBlock) {
    this.#kernels = jsonKernels()
    this.#bytes = this.#kernels.bytes
    this.#source = source
    this.#blockLength = Math.min(blockLength, largestBlock)
  }

  /** The place in the text, in bytes. */
  get place(): number {
    return this.#passed + this.#at
  }

  /** The byte that comes next; -1 at the end. */
  peek(): number {
    return this.#at < this.#end || this.#more() ? (this.#bytes[this.#at] ?? -1) : -1
  }

  /** Passes the byte when it comes next. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false
    this.#at += 1
    return true
  }

  /** Passes over white space. */
  blank(): void {
    while (isBlank[this.peek()] === 1) this.#at += 1
  }

  /** Passes the byte order mark that some editors write first. */
  byteOrderMark(): void {
    if (this.peek() === 0xef) for (const byte of [0xef, 0xbb, 0xbf]) this.take(byte)
  }

  /** The next bytes, up to `length`, for a message. */
  excerpt(length: number): string {
    const bytes: number[] = []
    for (; bytes.length < length && this.peek() >= 0; this.#at++) bytes.push(this.peek())
    return Buffer.from(bytes).toString()
  }

  /** A number or a word, to the byte that ends it; undefined when the text ends first or it is too long to be one. */
  literal(): string | undefined {
    let text = ''
    for (;;) {
      const next = this.peek()
      if (next < 0 || text.length > longestLiteral) return undefined
      const start = this.#at
      while (this.#at < this.#end && endsLiteral[this.#bytes[this.#at] ?? 0] === 0) this.#at += 1
      text += this.#bytes.toString('latin1', start, this.#at)
      if (this.#at < this.#end) return text
    }
  }

  /** Behind an opening quote: what stands before the closing one, or its first bytes up to `most`; undefined without one. */
  text(most: number): { readonly written: string; readonly isCut: boolean } | undefined {
    this.#kernels.enterText()
    const parts: Buffer[] = []
    let length = 0
    while (this.peek() >= 0) {
      const start = this.#at
      const end = this.#kernels.skipText(start, this.#end)
      this.#at = end > 0 ? end : this.#end
      const stop = Math.min(end > 0 ? end - 1 : this.#end, start + most - length)
      if (end > 0 && parts.length === 0 && stop === end - 1) return { written: this.#slice(start, stop), isCut: false }
      if (stop > start) parts.push(Buffer.from(this.#bytes.subarray(start, stop)))
      length += stop - start
      if (end > 0) return { written: Buffer.concat(parts).toString(), isCut: stop < end - 1 }
    }
    return undefined
  }

  /**
   * Passes up to `most` values parted by commas and gives them as text that is written in one way only, if they are in this
   * block and nothing about them is special; undefined when the first one must be looked at. `levels`: so many brackets may
   * be open at once.
   */
  copy({ longestArray, names, isAsked }: CopyRule, levels: number, most: number): Copied | undefined {
    const kernels = this.#kernels
    if (names !== this.#names) lookOutFor(names, kernels)
    this.#names = names
    const values = isAsked ? Math.min(most, mostTold) : most
    const end = kernels.copy(this.#at, this.#end, levels, values, longestArray, names.length, isAsked)
    if (end === 0) return undefined
    this.#at = end
    return copied(kernels, names)
  }

  /** Moves over bytes of this block. */
  pass(length: number): void {
    this.#at += length
  }

  /** Behind an opening quote: passes over the text. Tells whether it ended. */
  skipText(): boolean {
    this.#kernels.enterText()
    return this.#skip((start, end) => this.#kernels.skipText(start, end))
  }

  /** Behind an opening bracket: passes over what it opened. Tells whether it ended. */
  skipNested(): boolean {
    this.#kernels.enter(false)
    return this.#skip((start, end) => this.#kernels.skipNested(start, end))
  }

  /** Behind the opening bracket of an array: passes over it and tells how many elements it has; undefined when it did not end. */
  skipCounting(): number | undefined {
    this.blank()
    const empty = this.peek() === 93
    this.#kernels.enter(true)
    if (!this.#skip((start, end) => this.#kernels.skipNested(start, end))) return undefined
    return empty ? 0 : this.#kernels.commasPassed() + 1
  }

  #skip(pass: (start: number, end: number) => number): boolean {
    while (this.peek() >= 0) {
      const end = pass(this.#at, this.#end)
      this.#at = end > 0 ? end : this.#end
      if (end > 0) return true
    }
    return false
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  #slice(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end)
  }

  #more(): boolean {
    this.#passed += this.#end
    this.#at = 0
    this.#end = 0
    this.#end = this.#source(this.#bytes.subarray(0, this.#blockLength))
    return this.#end > 0
  }
}

function byteSet(characters: string): Uint8Array {
  const set = new Uint8Array(256)
  for (const byte of Buffer.from(characters)) set[byte] = 1
  return set
}

import { loadKernel } from './kernels/load-kernel.ts'

/** Fills `target` from its beginning with the next bytes and tells how many; 0 at the end. */
export type Source = (target: Uint8Array) => number

interface Skipper {
  enter(counting: boolean): void
  enterText(): void
  skipNested(start: number, end: number): number
  skipText(start: number, end: number): number
  commasPassed(): number
}

/** Bytes: the file is read block by block. */
const largestBlock = 1 << 20

/** Bytes of a number or a word; a number of more digits is none that anybody means. */
const longestLiteral = 4096

/** The kernel looks at 64 bytes at a time, also behind the last ones: a page of memory lies there. */
const pages = largestBlock / 65_536 + 1

interface Kernel {
  readonly bytes: Buffer
  readonly skipper: Skipper
}

let loaded: Kernel | undefined

/** One a thread: its memory is the block. */
function kernel(): Kernel {
  if (loaded !== undefined) return loaded
  const memory = new WebAssembly.Memory({ initial: pages })
  loaded = { bytes: Buffer.from(memory.buffer), skipper: loadKernel<Skipper>('json-skip', memory) }
  return loaded
}

const isBlank = byteSet(' \t\r\n')
const endsLiteral = byteSet(' \t\r\n,:]}["{')

/**
 * The bytes of a JSON text, one block of it in memory, and the ways to pass over them. Limit: one reader a thread at a
 * time, all share the block.
 */
export class JsonBlocks {
  readonly #bytes: Buffer
  readonly #skipper: Skipper
  readonly #source: Source
  readonly #blockLength: number
  #at = 0
  #end = 0
  #passed = 0

  /** `blockLength` in bytes, up to 1 MiB. */
  constructor(source: Source, blockLength = largestBlock) {
    const { bytes, skipper } = kernel()
    this.#bytes = bytes
    this.#skipper = skipper
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
    this.#skipper.enterText()
    const parts: Buffer[] = []
    let length = 0
    while (this.peek() >= 0) {
      const start = this.#at
      const end = this.#skipper.skipText(start, this.#end)
      this.#at = end > 0 ? end : this.#end
      const stop = Math.min(end > 0 ? end - 1 : this.#end, start + most - length)
      if (end > 0 && parts.length === 0 && stop === end - 1) return { written: this.#slice(start, stop), isCut: false }
      if (stop > start) parts.push(Buffer.from(this.#bytes.subarray(start, stop)))
      length += stop - start
      if (end > 0) return { written: Buffer.concat(parts).toString(), isCut: stop < end - 1 }
    }
    return undefined
  }

  /** At an opening bracket: the value it opens, if all of it is in this block. Does not move. */
  nestedHere(): { readonly written: string; readonly length: number } | undefined {
    this.#skipper.enter(false)
    const end = this.#skipper.skipNested(this.#at + 1, this.#end)
    return end === 0 ? undefined : { written: this.#slice(this.#at, end), length: end - this.#at }
  }

  /** Moves over bytes of this block. */
  pass(length: number): void {
    this.#at += length
  }

  /** Behind an opening quote: passes over the text. Tells whether it ended. */
  skipText(): boolean {
    this.#skipper.enterText()
    return this.#skip((start, end) => this.#skipper.skipText(start, end))
  }

  /** Behind an opening bracket: passes over what it opened. Tells whether it ended. */
  skipNested(): boolean {
    this.#skipper.enter(false)
    return this.#skip((start, end) => this.#skipper.skipNested(start, end))
  }

  /** Behind the opening bracket of an array: passes over it and tells how many elements it has; undefined when it did not end. */
  skipCounting(): number | undefined {
    this.blank()
    const empty = this.peek() === 93
    this.#skipper.enter(true)
    if (!this.#skip((start, end) => this.#skipper.skipNested(start, end))) return undefined
    return empty ? 0 : this.#skipper.commasPassed() + 1
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

import { loadKernel } from './kernels/load-kernel.ts'

/** Fills `target` from its beginning with the next bytes and tells how many; 0 at the end. */
export type Source = (target: Uint8Array) => number

interface Copier {
  layOut(copies: number, membersAt: number, namesAt: number, open: number): void
  copy(
    start: number,
    end: number,
    levels: number,
    most: number,
    longestArray: number,
    names: number,
    asked: boolean,
  ): number
  copyEnd(): number
  valuesCopied(): number
}

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

/** Values that are copied at once while their members are told, and names of such members. */
const mostTold = 4096
const mostNames = 8

/** Bytes of a name and its length. */
const nameSlot = 32

// Behind the block, of which the kernels look at 64 bytes at a time, also behind the last ones, lies what copying takes.
const openAt = largestBlock + 1024
const namesAt = openAt + 1024
const membersAt = namesAt + mostNames * nameSlot
const copyAt = membersAt + 8 * mostNames * mostTold
/** A copy may be three times as long. */
const memoryLength = copyAt + 3 * largestBlock + 64

interface Kernels extends Skipper, Copier {
  readonly bytes: Buffer
  readonly places: Uint32Array
}

let loaded: Kernels | undefined

/** One a thread: its memory is the block. */
function kernels(): Kernels {
  if (loaded !== undefined) return loaded
  const memory = new WebAssembly.Memory({ initial: Math.ceil(memoryLength / 65_536) })
  const copier = loadKernel<Copier>('json-copy', memory)
  copier.layOut(copyAt, membersAt, namesAt, openAt)
  loaded = {
    bytes: Buffer.from(memory.buffer),
    places: new Uint32Array(memory.buffer, membersAt, 2 * mostNames * mostTold),
    ...loadKernel<Skipper>('json-skip', memory),
    ...copier,
  }
  return loaded
}

/** Which values are copied. */
export interface CopyRule {
  /** Values with a longer array in them are not. */
  readonly longestArray: number
  /** Up to 8 names of up to 31 bytes of ASCII. */
  readonly names: readonly string[]
  /** Of members with such a name the values are asked; otherwise a value that has one is not copied. */
  readonly isAsked: boolean
}

/** Values that were copied, until the next ones are. */
export interface Copied {
  /** In ASCII, without blanks, with commas between them. */
  readonly bytes: Uint8Array
  readonly count: number
  /** The value, when it is one. */
  value(): unknown
  /** An object's member, by its place among the names asked; undefined where there is none. */
  member(value: number, name: number): unknown
  /** Whether such a member is `json`, written as a copy is. */
  isMember(value: number, name: number, json: Uint8Array): boolean
}

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
    this.#kernels = kernels()
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
    this.#lookOutFor(names)
    const values = isAsked ? Math.min(most, mostTold) : most
    const end = kernels.copy(this.#at, this.#end, levels, values, longestArray, names.length, isAsked)
    if (end === 0) return undefined
    this.#at = end
    const { bytes, places } = kernels
    const copyEnd = kernels.copyEnd()
    return {
      bytes: bytes.subarray(copyAt, copyEnd),
      count: kernels.valuesCopied(),
      value: () => parse(bytes, copyAt, copyEnd),
      member(value, name) {
        const place = 2 * (names.length * value + name)
        const start = places[place] ?? 0
        return start === 0 ? undefined : parse(bytes, start, places[place + 1] ?? start)
      },
      isMember(value, name, json) {
        const place = 2 * (names.length * value + name)
        const start = places[place] ?? 0
        let at = json.length
        if ((places[place + 1] ?? 0) - start !== at) return false
        // From the end: names of files differ there.
        while (at > 0 && bytes[start + at - 1] === json[at - 1]) at -= 1
        return at === 0
      },
    }
  }

  #lookOutFor(names: readonly string[]): void {
    if (names === this.#names) return
    this.#names = names
    names.forEach((name, which) => {
      this.#bytes[namesAt + which * nameSlot] = name.length
      this.#bytes.write(name, namesAt + which * nameSlot + 1, 'latin1')
    })
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

/** JSON.parse of what was copied, quicker for whole numbers and for texts without escapes: there may be a million. */
function parse(bytes: Buffer, start: number, end: number): unknown {
  let number = 0
  for (let at = start; at < end && end - start <= 15; at++) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit < 0 || digit > 9) break
    number = 10 * number + digit
    if (at === end - 1) return number
  }
  const json = bytes.toString('latin1', start, end)
  return json.startsWith('"') && !json.includes('\\') ? json.slice(1, -1) : JSON.parse(json)
}

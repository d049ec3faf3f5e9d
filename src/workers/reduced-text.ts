/** Bytes of the outcome; the text goes to the main thread and is held there. */
const mostBytes = 128 << 20

/** Bytes by which the memory grows; nothing is moved when it does. */
const growth = 4 << 20

/** In JSON, which has no control characters. */
const beyondAscii = /[^\x20-\x7f]/g

/** Takes JSON in ASCII, piece by piece. */
export interface TextSink {
  write(ascii: string): void
  copy(ascii: Uint8Array): void
}

/** A member of the object; its text lies from `start` to `end`, with the comma behind it. */
interface Member {
  readonly name: string
  readonly isNested: boolean
  readonly start: number
  readonly end: number
}

/** What a text that would be too long goes without, first the one, then the next too. */
const omissions: readonly ((member: Pick<Member, 'name' | 'isNested'>) => boolean)[] = [
  ({ name }) => name === 'executor' || name === 'cmdLine',
  ({ isNested }) => isNested,
  () => true,
]

/**
 * The reduced report for `metaData` (contracts/pilot-experiment.md 2.8), one JSON object, written while the report is read.
 * It is in ASCII, as Python writes it, and lies in memory that threads share: no thread makes it again to hand it over. A
 * report that is huge all the same goes without `executor` and `cmdLine`, then also without everything but single values.
 */
export class ReducedText implements TextSink {
  readonly #most: number
  readonly #memory: SharedArrayBuffer
  readonly #bytes: Buffer
  /** Behind the opening brace. */
  #length = 1
  #members: Member[] = []
  #open: Member = { name: '', isNested: false, start: 1, end: 1 }
  #omissions = 0
  #isOmitted = false

  /** `most` in bytes. */
  constructor(most = mostBytes) {
    this.#most = most
    this.#memory = new SharedArrayBuffer(growth, { maxByteLength: most + growth })
    this.#bytes = Buffer.from(this.#memory)
  }

  /** Begins a member of the object. `written`: its name as JSON; `isNested`: its value is an array or object. */
  begin(name: string, written: string, isNested: boolean): void {
    this.#open = { name, isNested, start: this.#length, end: this.#length }
    this.#isOmitted = omissions.slice(0, this.#omissions).some((omits) => omits(this.#open))
    this.write(`${written}:`)
  }

  /** Ends it. */
  end(): void {
    this.write(',')
    if (!this.#isOmitted) this.#members.push({ ...this.#open, end: this.#length })
  }

  write(ascii: string): void {
    if (!this.#makeRoom(ascii.length)) return
    this.#bytes.write(ascii, this.#length, 'latin1')
    this.#length += ascii.length
  }

  copy(ascii: Uint8Array): void {
    if (!this.#makeRoom(ascii.length)) return
    this.#bytes.set(ascii, this.#length)
    this.#length += ascii.length
  }

  /** The text; nothing can be written any more. */
  finish(): Uint8Array<SharedArrayBuffer> {
    const end = Math.max(2, this.#length)
    this.#bytes[0] = 0x7b
    this.#bytes[end - 1] = 0x7d
    return new Uint8Array(this.#memory, 0, end)
  }

  #makeRoom(length: number): boolean {
    while (!this.#isOmitted && this.#length + length > this.#most) this.#omitMore()
    if (this.#isOmitted) return false
    const lacking = this.#length + length - this.#memory.byteLength
    if (lacking > 0) this.#memory.grow(this.#memory.byteLength + Math.ceil(lacking / growth) * growth)
    return true
  }

  #omitMore(): void {
    const omits = omissions[this.#omissions] ?? (() => true)
    this.#omissions += 1
    const kept = [...this.#members, { ...this.#open, end: this.#length }].filter((member) => !omits(member))
    this.#length = 1
    this.#members = kept.map(({ start, end, ...member }) => {
      this.#bytes.copyWithin(this.#length, start, end)
      const moved = { ...member, start: this.#length, end: this.#length + end - start }
      this.#length = moved.end
      return moved
    })
    this.#isOmitted = omits(this.#open)
    if (!this.#isOmitted) this.#open = this.#members.pop() ?? this.#open
  }
}

/** A value as JSON in ASCII. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(beyondAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The text that `finish` gave, in this thread. */
export function textOf(ascii: Uint8Array<SharedArrayBuffer>): string {
  return Buffer.from(ascii.buffer, ascii.byteOffset, ascii.length).toString('latin1')
}

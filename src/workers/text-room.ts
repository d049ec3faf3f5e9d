import { closeSync, constants, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import type { TextFile } from '../job/text-file.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants

/** Bytes of a text that is a string, which the main thread handles, a record and a request hold. A longer one is a file. */
const mostHeld = 1 << 18

/** Bytes that are looked at as one string: one of more than 128 KiB lies in memory of its own, and getting that takes longer. */
export const pieceLength = 1 << 16

export interface RoomLimits {
  /** Bytes of the longest text. */
  readonly most: number
  /** Bytes in memory; default 256 KiB. */
  readonly held?: number
}

/** The text became longer than it may. */
export class TooLong extends Error {}

/**
 * Room for a text in ASCII that is written front to back: memory while it is short, then a file. When the file fails the
 * text is left out. Limit: the file is not synced; a node that loses its power may lose it.
 */
export class TextRoom {
  readonly #path: string
  readonly #most: number
  readonly #held: Buffer
  #heldLength = 0
  /** The file, and how many bytes of the text are in it: the held ones follow. */
  #fd: number | undefined
  #filed = 0
  #problem: string | undefined

  /** `path` is absolute; what lies there is removed when the file is begun, and never written through a link. */
  constructor(path: string, { most, held = mostHeld }: RoomLimits) {
    this.#path = path
    this.#most = most
    this.#held = Buffer.allocUnsafeSlow(held)
  }

  get length(): number {
    return this.#filed + this.#heldLength
  }

  /** Why the text is left out. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Throws TooLong. */
  write(ascii: string): void {
    if (!this.#isHeldWith(ascii.length)) this.copy(Buffer.from(ascii, 'latin1'))
    else this.#heldLength += this.#held.write(ascii, this.#heldLength, 'latin1')
  }

  /** Throws TooLong. */
  copy(ascii: Uint8Array): void {
    if (!this.#isHeldWith(ascii.length)) this.#flush()
    if (ascii.length > this.#held.length) this.#file(ascii)
    else {
      this.#held.set(ascii, this.#heldLength)
      this.#heldLength += ascii.length
    }
  }

  /** The text in pieces of `pieceLength`, each followed by the next `overlap` characters. */
  *pieces(overlap: number): Generator<string> {
    const bytes = Buffer.allocUnsafeSlow(pieceLength + overlap)
    for (let at = 0; at < this.length; at += pieceLength) yield this.#read(bytes, at)
  }

  whole(): string {
    return this.#read(Buffer.allocUnsafeSlow(this.length), 0)
  }

  /** Throws TooLong. */
  replace(ascii: string): void {
    if (this.#fd !== undefined) ftruncateSync(this.#fd)
    this.#filed = 0
    this.#heldLength = 0
    this.write(ascii)
  }

  /** There will be no text, and no file. */
  leaveOut(problem: string): void {
    this.#problem ??= problem
    if (this.#fd === undefined) return
    closeSync(this.#fd)
    this.#fd = undefined
    rmSync(this.#path, { force: true })
  }

  /** The text, empty when it is left out. Nothing can be written any more. */
  finish(): string | TextFile {
    if (this.#fd !== undefined) this.#flush()
    if (this.#problem !== undefined) return ''
    if (this.#fd === undefined) return this.whole()
    closeSync(this.#fd)
    return { textFile: this.#path, bytes: this.#filed }
  }

  /** Whether so much more can be held. */
  #isHeldWith(length: number): boolean {
    if (this.length + length > this.#most) throw new TooLong(`it would have more than ${this.#most} bytes`)
    return length <= this.#held.length - this.#heldLength
  }

  #read(into: Buffer, at: number): string {
    if (this.#fd === undefined) return this.#held.toString('latin1', at, Math.min(this.#heldLength, at + into.length))
    this.#flush()
    return into.toString('latin1', 0, readSync(this.#fd, into, 0, into.length, at))
  }

  #flush(): void {
    this.#file(this.#held.subarray(0, this.#heldLength))
    this.#heldLength = 0
  }

  #file(bytes: Uint8Array): void {
    if (this.#problem !== undefined) return
    try {
      this.#fd ??= openNew(this.#path)
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#filed + done)
      }
      this.#filed += bytes.length
    } catch (error) {
      this.leaveOut(`cannot write ${this.#path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

function openNew(path: string): number {
  rmSync(path, { force: true })
  return openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
}

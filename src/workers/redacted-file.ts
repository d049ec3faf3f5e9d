import { readSync } from 'node:fs'
import type { Redactor } from '../job/redact.ts'

export interface RedactedFile {
  /** Bytes after hiding. */
  readonly length: number
  /** The content, to be taken once: exactly `length` bytes, cut or filled with zeros if the file changed since. */
  readonly content: Iterable<Buffer>
  /** Whether `content` had to be cut or filled; known once it was taken. */
  misfit(): boolean
}

const block = Buffer.allocUnsafeSlow(1 << 20)

/**
 * The first `size` bytes of an open file without its secrets. Hiding changes the length, which a tar header needs first: a
 * file of more than 1 MiB is therefore read twice, and never held.
 */
export function redactedFile(fd: number, size: number, redactor: Redactor, tick: () => void): RedactedFile {
  let length = 0
  let blocks: Buffer[] = []
  for (const bytes of redactedBlocks(fd, size, redactor, tick)) {
    length += bytes.length
    if (size <= block.length) blocks.push(bytes)
  }
  let misfit = false
  function* content(): Generator<Buffer> {
    let left = length
    try {
      for (const bytes of size <= block.length ? blocks : redactedBlocks(fd, size, redactor, tick)) {
        misfit ||= bytes.length > left
        const part = bytes.subarray(0, left)
        left -= part.length
        yield part
      }
    } catch {
      misfit = true
    }
    blocks = []
    misfit ||= left > 0
    while (left > 0) {
      const zeros = Buffer.alloc(Math.min(left, block.length))
      left -= zeros.length
      yield zeros
    }
  }
  return { length, content: content(), misfit: () => misfit }
}

function* redactedBlocks(fd: number, size: number, redactor: Redactor, tick: () => void): Generator<Buffer> {
  for (const text of redactedTexts(fd, { start: 0, end: size }, redactor, tick)) yield Buffer.from(text, 'latin1')
}

/** Bytes `start` to `end` of an open file, or as many as there are, without its secrets; as Latin-1, in pieces. */
export function* redactedTexts(
  fd: number,
  { start, end }: { readonly start: number; readonly end: number },
  redactor: Redactor,
  tick: () => void,
): Generator<string> {
  const stream = redactor.stream()
  for (let at = start; at < end; ) {
    const length = readSync(fd, block, 0, Math.min(block.length, end - at), at)
    if (length === 0) break
    at += length
    tick()
    yield stream.push(block.toString('latin1', 0, length))
  }
  yield stream.end()
}

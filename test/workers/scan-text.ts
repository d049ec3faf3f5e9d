import { type Scanned, scanJson } from '../../src/workers/json-scanner.ts'
import { textOf } from '../../src/workers/reduced-text.ts'
import type { Wanted } from '../../src/workers/wanted.ts'

/** What is read of a text: `text` is the reduced text, of a broken one the reason. */
export interface Read {
  readonly kind: Scanned['kind']
  readonly members: Record<string, unknown>
  readonly text: string
}

/** Scans a text from memory, in blocks of `blockLength` bytes. */
export function scanText(text: string | Uint8Array, wanted: Wanted = 'value', blockLength?: number): Read {
  const bytes = Buffer.from(text)
  let at = 0
  const scanned = scanJson(
    (target) => {
      const length = bytes.copy(target, 0, at)
      at += length
      return length
    },
    wanted,
    blockLength,
  )
  return scanned.kind === 'whole' ? { ...scanned, text: textOf(scanned.text) } : scanned
}

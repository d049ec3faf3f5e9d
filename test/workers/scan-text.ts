import { type Scanned, scanJson } from '../../src/workers/json-scanner.ts'
import type { Wanted } from '../../src/workers/wanted.ts'

/** Scans a text from memory, in blocks of `blockLength` bytes. */
export function scanText(text: string | Uint8Array, wanted: Wanted = 'all', blockLength?: number): Scanned {
  const bytes = Buffer.from(text)
  let at = 0
  return scanJson(
    (target) => {
      const length = bytes.copy(target, 0, at)
      at += length
      return length
    },
    wanted,
    blockLength,
  )
}

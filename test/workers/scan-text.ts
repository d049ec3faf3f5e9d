import { type Scanned, scanJson } from '../../src/workers/json-scanner.ts'
import { TextRoom } from '../../src/workers/text-room.ts'
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
  const room = new TextRoom('/nowhere', { most: 2 ** 30, held: 2 ** 24 })
  let at = 0
  const scanned = scanJson(
    (target) => {
      const length = bytes.copy(target, 0, at)
      at += length
      return length
    },
    wanted,
    room,
    blockLength,
  )
  return scanned.kind === 'whole' ? { ...scanned, text: room.whole() } : scanned
}

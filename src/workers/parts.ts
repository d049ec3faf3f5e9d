import { adler32Combine, formatAdler32 } from './adler32.ts'
import type { PartOrder } from './file-part.ts'
import type { FileOrder, Measured } from './port.ts'
import type { MeasuredPart } from './tasks/measure-file.ts'

/** A file of this size takes longer to sum than a second thread takes to start. */
export const splitBytes = 256 << 20

/** Parts begin at whole blocks of the reader. */
const grain = 1 << 20

/** The order in `count` parts, of a file that has `size` bytes. */
export function cut(order: FileOrder, size: number, count: number): readonly PartOrder[] {
  if (count === 1) return [order]
  const length = Math.ceil(size / count / grain) * grain
  // The last one goes to the end, wherever that is by then.
  return Array.from({ length: count }, (_, n) => ({
    ...order,
    range: { from: n * length, to: n === count - 1 ? Number.MAX_SAFE_INTEGER : (n + 1) * length },
  }))
}

/** The file that its parts make; `changed` when they were not parts of one and the same. */
export function join(parts: readonly MeasuredPart[]): Measured | { readonly kind: 'changed' } {
  let bytes = 0
  let sum = 1
  let md5: string | undefined
  let state: string | undefined
  for (const part of parts) {
    if (part.kind !== 'read') return part
    if (state !== undefined && part.state !== state) return { kind: 'changed' }
    state = part.state
    sum = adler32Combine(sum, part.adler32, part.bytes)
    bytes += part.bytes
    md5 = part.md5
  }
  return { kind: 'measured', file: { size: bytes, adler32: formatAdler32(sum), ...(md5 !== undefined && { md5 }) } }
}

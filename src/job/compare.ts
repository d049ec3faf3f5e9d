import type { Checksum } from './checksum.ts'
import type { ErrorName } from './error-table.ts'
import type { MeasuredFile } from './files.ts'

export interface Expected {
  readonly size: number | undefined
  readonly checksum: Checksum | undefined
}

export interface Mismatch {
  readonly name: ErrorName
  readonly text: string
}

/**
 * Holds a file against what is promised of it, size first. Undefined when nothing known differs; what is not known
 * cannot differ (contracts/pilot-data.md 5.3, end).
 */
export function mismatch(
  expected: Expected,
  found: Partial<MeasuredFile>,
  direction: 'in' | 'out',
): Mismatch | undefined {
  const adlerCode = direction === 'in' ? 'GETADMISMATCH' : 'PUTADMISMATCH'
  if (expected.size !== undefined && found.size !== undefined && expected.size !== found.size) {
    return { name: adlerCode, text: `size is ${found.size} bytes, ${expected.size} expected` }
  }
  if (expected.checksum === undefined) return undefined
  const { algorithm, value } = expected.checksum
  const actual = found[algorithm]
  if (actual === undefined || actual === value) return undefined
  const name = algorithm === 'adler32' ? adlerCode : direction === 'in' ? 'GETMD5MISMATCH' : 'PUTMD5MISMATCH'
  return { name, text: `${algorithm} is ${actual}, ${value} expected` }
}

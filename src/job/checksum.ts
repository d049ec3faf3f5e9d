/** A checksum in its one written form: adler32 as 8, md5 as 32 lower-case hex digits. */
export type Checksum =
  | { readonly algorithm: 'adler32'; readonly value: string }
  | { readonly algorithm: 'md5'; readonly value: string }

export type ChecksumAlgorithm = Checksum['algorithm']

export type ParsedChecksum =
  | { readonly kind: 'known'; readonly checksum: Checksum }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreadable'; readonly text: string }

const prefixes: Readonly<Record<string, ChecksumAlgorithm>> = {
  ad: 'adler32',
  adler: 'adler32',
  ad32: 'adler32',
  adler32: 'adler32',
  md: 'md5',
  md5: 'md5',
  md5sum: 'md5',
}

/** Values that stand for "nobody knows" in job definitions and catalogues. */
const dummies = new Set(['', 'null', 'none', '0', '00000000'])

/**
 * Reads a checksum in every notation seen in job definitions (contracts/pilot-data.md 5.3): `ad:…`, `md5:…`, bare hex,
 * upper case, dropped leading zeros, and the dummies that mean "unknown".
 */
export function parseChecksum(text: string): ParsedChecksum {
  const trimmed = text.trim().toLowerCase()
  const colon = trimmed.indexOf(':')
  const prefix = colon < 0 ? undefined : trimmed.slice(0, colon)
  const value = trimmed.slice(colon + 1)
  if (dummies.has(value)) return { kind: 'unknown' }
  const unreadable: ParsedChecksum = {
    kind: 'unreadable',
    text: `checksum ${JSON.stringify(text)} is neither adler32 nor md5`,
  }
  if (!/^[0-9a-f]+$/.test(value)) return unreadable
  const algorithm = prefix === undefined ? (value.length === 32 ? 'md5' : 'adler32') : prefixes[prefix]
  if (algorithm === 'adler32' && value.length <= 8) {
    return { kind: 'known', checksum: { algorithm, value: value.padStart(8, '0') } }
  }
  if (algorithm === 'md5' && value.length === 32) return { kind: 'known', checksum: { algorithm, value } }
  return unreadable
}

import type { Checksum } from '../../src/job/checksum.ts'

/** Adler-32 by its definition (RFC 1950), slow and obviously right. */
export function adler32Of(bytes: Uint8Array): Checksum {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return { algorithm: 'adler32', value: (b * 65536 + a).toString(16).padStart(8, '0') }
}

/** The largest prime below 2^16 (RFC 1950). */
const base: u32 = 65521

/** Continues the adler32 sum `previous` over `length` bytes from `start` in this module's memory. */
export function adler32(start: u32, length: u32, previous: u32): u32 {
  let a = previous & 0xffff
  let b = previous >>> 16
  for (let at = start; at < start + length; at++) {
    a = (a + load<u8>(at)) % base
    b = (b + a) % base
  }
  return (b << 16) | a
}

// adler32 by strips of 16 vectors. All bytes of a strip are summed in 16-bit lanes that never overflow, nothing is widened
// inside: a vector of 16 bytes costs three additions and one pairwise addition.

/** The largest prime below 2^16 (RFC 1950). */
const base: u64 = 65521

const stripBytes: u32 = 256

/** Strips between two reductions: their prefix sums stay below 2^31, whatever the bytes (16 320 · 512 · 511 / 2). */
const mostStrips: u32 = 512

/** Continues the adler32 sum `previous` over `length` bytes from `start` in the imported memory. */
export function adler32(start: u32, length: u32, previous: u32): u32 {
  let a: u64 = previous & 0xffff
  let b: u64 = previous >>> 16
  let at: u32 = start
  let left = length / stripBytes
  while (left > 0) {
    const strips = min(left, mostStrips)
    left -= strips
    // Over all strips: sums of bytes, those sums before each strip, and what the places inside a strip add to b.
    let sums = i32x4.splat(0)
    let before = i32x4.splat(0)
    let vectors = i32x4.splat(0)
    let places = i32x4.splat(0)
    for (let strip: u32 = 0; strip < strips; strip++) {
      // Each lane has an even byte (low) and an odd one (high) of every vector: both together; those of the vectors before;
      // and low + 256 · high, wrapping.
      let both = i16x8.splat(0)
      let earlier = i16x8.splat(0)
      let words = i16x8.splat(0)
      for (const end = at + stripBytes; at < end; at += 64) {
        const first = v128.load(at)
        earlier = i16x8.add(earlier, both)
        both = i16x8.add(both, i16x8.extadd_pairwise_i8x16_u(first))
        words = i16x8.add(words, first)
        const second = v128.load(at, 16)
        earlier = i16x8.add(earlier, both)
        both = i16x8.add(both, i16x8.extadd_pairwise_i8x16_u(second))
        words = i16x8.add(words, second)
        const third = v128.load(at, 32)
        earlier = i16x8.add(earlier, both)
        both = i16x8.add(both, i16x8.extadd_pairwise_i8x16_u(third))
        words = i16x8.add(words, third)
        const fourth = v128.load(at, 48)
        earlier = i16x8.add(earlier, both)
        both = i16x8.add(both, i16x8.extadd_pairwise_i8x16_u(fourth))
        words = i16x8.add(words, fourth)
      }
      // both − words = −255 · high, and −255 · 257 = 1 modulo 2^16.
      const high = i16x8.mul(i16x8.sub(both, words), i16x8.splat(257))
      const ones = i16x8.splat(1)
      before = i32x4.add(before, sums)
      sums = i32x4.add(sums, i32x4.dot_i16x8_s(both, ones))
      vectors = i32x4.add(vectors, i32x4.extadd_pairwise_i16x8_u(earlier))
      // Within a vector the bytes weigh 16, 15 … 1: an even one 16 − 2 · lane, an odd one that less 1.
      const weighed = i32x4.dot_i16x8_s(both, i16x8(16, 14, 12, 10, 8, 6, 4, 2))
      places = i32x4.add(places, i32x4.sub(weighed, i32x4.dot_i16x8_s(high, ones)))
    }
    const bytes: u64 = (strips as u64) * stripBytes
    b = (b + bytes * a + stripBytes * total(before) + 16 * total(vectors) + total(places)) % base
    a = (a + total(sums)) % base
  }
  const end = start + length
  for (; at < end; at++) {
    a += load<u8>(at)
    b += a
  }
  return (((b % base) << 16) | (a % base)) as u32
}

function total(lanes: v128): u64 {
  return (
    (i32x4.extract_lane(lanes, 0) as u64) +
    (i32x4.extract_lane(lanes, 1) as u64) +
    (i32x4.extract_lane(lanes, 2) as u64) +
    (i32x4.extract_lane(lanes, 3) as u64)
  )
}

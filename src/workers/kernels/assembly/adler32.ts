// adler32 by strips of 16 vectors, 16 strips a group, 512 strips a run. All bytes of a strip are summed in 16-bit lanes that
// never overflow, nothing is widened inside: a vector of 16 bytes costs three additions and one pairwise addition.

/** The largest prime below 2^16 (RFC 1950). */
const base: u64 = 65521

const stripBytes: u32 = 256

/** Strips of one group: the odd bytes of a lane stay below 2^16, whatever they are (255 · 16 · 16). */
const groupStrips: u32 = 16

/** Strips between two reductions: their prefix sums stay below 2^31 (16 320 · 512 · 511 / 2). */
const runStrips: u32 = 512

/** Lanes hold signed numbers where they are widened: this is added before, and taken off at the end of a run. */
const bias: i32 = 32768

/** Read from memory: V8 keeps such a vector in a register, and makes a constant anew at each use. */
const ones8 = memory.data<i8>([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 16)
const ones16 = memory.data<i16>([1, 1, 1, 1, 1, 1, 1, 1], 16)
const biases = memory.data<i16>([-32768, -32768, -32768, -32768, -32768, -32768, -32768, -32768], 16)
/** Within a vector the bytes weigh 16, 15 … 1: an even one 16 − 2 · lane, an odd one that less 1. */
const evenWeights = memory.data<i16>([16, 14, 12, 10, 8, 6, 4, 2], 16)

/** Continues the adler32 sum `previous` over `length` bytes from `start` in the imported memory. */
export function adler32(start: u32, length: u32, previous: u32): u32 {
  const one = v128.load(ones8)
  const ones = v128.load(ones16)
  const low = v128.load(biases)
  const weights = v128.load(evenWeights)
  let a: u64 = previous & 0xffff
  let b: u64 = previous >>> 16
  let at: u32 = start
  let left = length / stripBytes
  while (left > 0) {
    const strips = min(left, runStrips)
    left -= strips
    // Over the run: sums of bytes, those sums before each strip, and what the places inside a strip add to b: those of its
    // vectors, and those within a vector.
    let sums = i32x4.splat(0)
    let before = i32x4.splat(0)
    let vectors = i32x4.splat(0)
    let places = i32x4.splat(0)
    for (let group = strips; group > 0; group -= min(group, groupStrips)) {
      // Each lane has an even byte (low) and an odd one (high) of every vector: both together, wrapping; and low + 256 · high,
      // wrapping.
      let all = i16x8.splat(0)
      let words = i16x8.splat(0)
      for (const stop = at + min(group, groupStrips) * stripBytes; at < stop; ) {
        let both = i16x8.splat(0)
        let earlier = low
        for (const end = at + stripBytes; at < end; at += 64) {
          const first = v128.load(at)
          earlier = i16x8.add(earlier, both)
          both = i16x8.add(both, pairs(first, one))
          words = i16x8.add(words, first)
          const second = v128.load(at, 16)
          earlier = i16x8.add(earlier, both)
          both = i16x8.add(both, pairs(second, one))
          words = i16x8.add(words, second)
          const third = v128.load(at, 32)
          earlier = i16x8.add(earlier, both)
          both = i16x8.add(both, pairs(third, one))
          words = i16x8.add(words, third)
          const fourth = v128.load(at, 48)
          earlier = i16x8.add(earlier, both)
          both = i16x8.add(both, pairs(fourth, one))
          words = i16x8.add(words, fourth)
        }
        before = i32x4.add(before, sums)
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(both, ones))
        vectors = i32x4.add(vectors, i32x4.dot_i16x8_s(earlier, ones))
        places = i32x4.add(places, i32x4.dot_i16x8_s(both, weights))
        all = i16x8.add(all, both)
      }
      // all − words = −255 · high, and −255 · 257 = 1 modulo 2^16.
      const high = i16x8.mul(i16x8.sub(all, words), i16x8.splat(257))
      places = i32x4.sub(places, i32x4.extadd_pairwise_i16x8_u(high))
    }
    const inVectors = total(vectors) + (strips as i64) * 8 * bias
    const bytes: u64 = (strips as u64) * stripBytes
    b = (b + bytes * a + stripBytes * total(before) + 16 * inVectors + total(places)) % base
    a = (a + total(sums)) % base
  }
  const end = start + length
  for (; at < end; at++) {
    a += load<u8>(at)
    b += a
  }
  return (((b % base) << 16) | (a % base)) as u32
}

/**
 * Sums of an even byte and the odd one behind it. The relaxed product takes bytes above 127 as they are on x64 alone, and
 * reads no constant from memory there, which the other does each time.
 */
function pairs(bytes: v128, one: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i16x8.relaxed_dot_i8x16_i7x16_s(one, bytes)
  return i16x8.extadd_pairwise_i8x16_u(bytes)
}

function total(lanes: v128): i64 {
  return (
    (i32x4.extract_lane(lanes, 0) as i64) +
    (i32x4.extract_lane(lanes, 1) as i64) +
    (i32x4.extract_lane(lanes, 2) as i64) +
    (i32x4.extract_lane(lanes, 3) as i64)
  )
}

/** The largest prime below 2^16 (RFC 1950). */
const base = 65521

/** One strip: 16 words of 4 bytes. More would overflow the 16-bit prefix sums: 510 · (16 · 15 / 2) = 61 200. */
const stripWords = 16

/** Strips between two reductions modulo `base`: with 60 of them both sums stay below 2^31, whatever the bytes. */
const stripsPerReduction = 60

/**
 * Continues the adler32 sum `previous` (1 = nothing read yet) over `bytes`; the result is an unsigned 32-bit number.
 *
 * Adds four bytes at a time as two 16-bit sums in a 32-bit word. Relies on a little-endian machine, as x64 and arm64 are.
 */
export function adler32(bytes: Uint8Array, previous = 1): number {
  const aligned = Math.min((4 - (bytes.byteOffset & 3)) & 3, bytes.length)
  const words = (bytes.length - aligned) >> 2
  const strips = Math.floor(words / stripWords)
  const end = aligned + strips * stripWords * 4
  const head = sumBytes(bytes, 0, aligned, previous)
  const middle =
    strips === 0
      ? head
      : sumStrips(new Uint32Array(bytes.buffer, bytes.byteOffset + aligned, strips * stripWords), head)
  return sumBytes(bytes, end, bytes.length, middle)
}

/** The sum of A followed by B, from the sums of both and the length of B in bytes. */
export function adler32Combine(first: number, second: number, secondLength: number): number {
  const length = secondLength % base
  const a1 = first & 0xffff
  const a = (a1 + (second & 0xffff) + base - 1) % base
  const b = (length * a1 + (first >>> 16) + (second >>> 16) + base - length) % base
  return ((b << 16) | a) >>> 0
}

/** The written form: 8 lower-case hex digits (contracts/pilot-data.md 5.1). */
export function formatAdler32(sum: number): string {
  return sum.toString(16).padStart(8, '0')
}

function sumBytes(bytes: Uint8Array, from: number, to: number, previous: number): number {
  let a = previous & 0xffff
  let b = previous >>> 16
  for (let start = from; start < to; start += 3840) {
    const stop = Math.min(start + 3840, to)
    for (let i = start; i < stop; i++) {
      a += bytes[i] as number
      b += a
    }
    a %= base
    b %= base
  }
  return ((b << 16) | a) >>> 0
}

function sumStrips(words: Uint32Array, previous: number): number {
  let a = previous & 0xffff
  let b = previous >>> 16
  const strip = stripWords
  for (let start = 0; start < words.length; start += strip * stripsPerReduction) {
    const stop = Math.min(start + strip * stripsPerReduction, words.length)
    for (let i = start; i < stop; i += strip) {
      let total = 0
      let prefix = 0
      let odd = 0
      for (let k = i; k < i + strip; k += 4) {
        const w0 = words[k] as number
        const w1 = words[k + 1] as number
        const w2 = words[k + 2] as number
        const w3 = words[k + 3] as number
        const o0 = (w0 >>> 8) & 0x00ff00ff
        const o1 = (w1 >>> 8) & 0x00ff00ff
        const o2 = (w2 >>> 8) & 0x00ff00ff
        const o3 = (w3 >>> 8) & 0x00ff00ff
        odd += o0 + o1 + o2 + o3
        prefix = (prefix + total) | 0
        total += (w0 & 0x00ff00ff) + o0
        prefix = (prefix + total) | 0
        total += (w1 & 0x00ff00ff) + o1
        prefix = (prefix + total) | 0
        total += (w2 & 0x00ff00ff) + o2
        prefix = (prefix + total) | 0
        total += (w3 & 0x00ff00ff) + o3
      }
      const first = total & 0xffff
      const second = total >>> 16
      // Within a word the four bytes weigh 4, 3, 2, 1; `first` holds bytes 0 and 1, `second` holds bytes 2 and 3.
      b += 64 * a + 4 * ((prefix & 0xffff) + (prefix >>> 16)) + 4 * first + 2 * second - (odd & 0xffff) - (odd >>> 16)
      a += first + second
    }
    a %= base
    b %= base
  }
  return ((b << 16) | a) >>> 0
}

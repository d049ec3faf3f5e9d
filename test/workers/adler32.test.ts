import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adler32, adler32Combine, formatAdler32 } from '../../src/workers/adler32.ts'

/** zlib's own sum: the last four bytes of its stream (RFC 1950). */
function zlibAdler32(bytes: Uint8Array): number {
  const stream = deflateSync(bytes, { level: 0 })
  return stream.readUInt32BE(stream.length - 4)
}

test('any bytes, at any alignment, have the sum zlib gives them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9000 }), fc.nat(7), (content, offset) => {
      const bytes = new Uint8Array(content.length + offset).subarray(offset)
      bytes.set(content)
      expect(adler32(bytes)).toBe(zlibAdler32(bytes))
    }),
  )
})

test.each([0, 1, 0x7f, 0xff])('a mebibyte of the byte %i overflows no partial sum', (value) => {
  for (const length of [0, 1, 63, 64, 3839, 3840, 3841, 1 << 20]) {
    const bytes = new Uint8Array(length).fill(value)
    expect(adler32(bytes)).toBe(zlibAdler32(bytes))
  }
})

test('the highest possible previous sum overflows nothing', () => {
  const highest = (65520 << 16) | 65520
  const before = new Uint8Array(70_000).fill(0xff)
  let slow = highest >>> 0
  for (const byte of before) slow = adler32(Uint8Array.of(byte), slow)
  expect(adler32(before, highest >>> 0)).toBe(slow)
})

test('reading in pieces gives the sum of the whole, whether continued or combined', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ maxLength: 5000 }), (first, second) => {
      const whole = adler32(Uint8Array.from([...first, ...second]))
      expect(adler32(second, adler32(first))).toBe(whole)
      expect(adler32Combine(adler32(first), adler32(second), second.length)).toBe(whole)
    }),
  )
})

test('a second part longer than 4 GiB is combined exactly', () => {
  // n zero bytes leave a as it is and add n·a to b.
  const length = 5_000_000_000_000
  expect(adler32Combine(adler32(Uint8Array.of(7)), ((length % 65521) << 16) | 1, length)).toBe(
    ((((8 + 8 * (length % 65521)) % 65521) << 16) | 8) >>> 0,
  )
})

test('the written form has eight lower-case digits', () => {
  expect(formatAdler32(1)).toBe('00000001')
  expect(formatAdler32(0xfff0abcd)).toBe('fff0abcd')
})

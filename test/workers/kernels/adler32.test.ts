import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adler32 } from '../../../src/workers/adler32.ts'
import { createSummingBlock, sumsBy } from '../../../src/workers/kernels/adler32.ts'

/** zlib's own sum of anything: the identity of a preset dictionary in its stream's header (RFC 1950). */
function zlibAdler32(content: Uint8Array): number {
  return deflateSync('', { dictionary: content, level: 1 }).readUInt32BE(2)
}

describe.each(sumsBy)('summed by %s', (way) => {
  const { bytes, sum } = createSummingBlock([way])

  test('ten thousand contents of any length have the sum zlib gives them', () => {
    let seed = 7
    const random = () => {
      seed = Math.imul(seed, 1664525) + 1013904223
      return (seed >>> 0) / 2 ** 32
    }
    for (let i = 0; i < 10_000; i++) {
      const length = 1 + Math.floor(random() ** 4 * (i % 100 === 0 ? bytes.length : 5000))
      const content = bytes.subarray(0, length)
      if (i % 5 === 0) content.fill(i % 10 === 0 ? 0xff : 0)
      else for (let at = 0; at < length; at++) content[at] = random() * 256
      expect(sum(length, 1), `case ${i}, ${length} bytes`).toBe(zlibAdler32(content))
    }
  })

  test('a whole block of the highest bytes overflows nothing, from any sum before it', () => {
    bytes.fill(0xff)
    for (const previous of [1, 0xfff0fff0, 0xfff00000, 0x0000fff0]) {
      expect(sum(bytes.length, previous)).toBe(adler32(bytes, previous))
    }
  })

  test('continues a sum as the plain one does, at any length and from any sum', () => {
    const previous = fc.tuple(fc.nat(65520), fc.nat(65520)).map(([a, b]) => ((b << 16) | a) >>> 0)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), previous, (content, before) => {
        bytes.set(content)
        expect(sum(content.length, before)).toBe(adler32(content, before))
      }),
    )
  })

  test('nothing is the sum before it', () => {
    expect(sum(0, 1)).toBe(1)
    expect(sum(0, 0xfff0abcd)).toBe(0xfff0abcd)
  })

  test('the block begins at a page of memory', () => {
    expect(bytes.byteOffset % 4096).toBe(0)
  })
})

test('where no kernel works, the plain one sums', () => {
  const { bytes, sum } = createSummingBlock([])
  bytes.set([1, 2, 3])
  expect(sum(3, 1)).toBe(adler32(bytes.subarray(0, 3)))
})

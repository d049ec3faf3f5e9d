import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseChecksum } from '../../src/job/checksum.ts'

const digit = fc.constantFrom(...'0123456789abcdef')
const hex = (length: number): fc.Arbitrary<string> =>
  fc.array(digit, { minLength: length, maxLength: length }).map((digits) => digits.join(''))
const adler = hex(8).filter((value) => value !== '00000000')
const md5 = hex(32)
const blank = fc.constantFrom('', ' ', '\n')

describe('a checksum in a job definition (contracts/pilot-data.md 5.3)', () => {
  test.each([['ad'], ['adler'], ['ad32'], ['adler32']])(
    'with the prefix %s: is an adler32, whatever the case and the blanks',
    (prefix) => {
      fc.assert(
        fc.property(adler, blank, fc.boolean(), (value, around, isUpper) => {
          const text = `${around}${prefix}:${value}${around}`
          const read = parseChecksum(isUpper ? text.toUpperCase() : text)
          expect(read).toEqual({ kind: 'known', checksum: { algorithm: 'adler32', value } })
        }),
      )
    },
  )

  test.each([['md'], ['md5'], ['md5sum']])(
    'with the prefix %s: is an md5, whatever the case and the blanks',
    (prefix) => {
      fc.assert(
        fc.property(md5, blank, fc.boolean(), (value, around, isUpper) => {
          const text = `${around}${prefix}:${value}${around}`
          const read = parseChecksum(isUpper ? text.toUpperCase() : text)
          expect(read).toEqual({ kind: 'known', checksum: { algorithm: 'md5', value } })
        }),
      )
    },
  )

  test('without a prefix is an md5 with 32 digits and an adler32 with up to 8', () => {
    fc.assert(
      fc.property(adler, md5, (short, long) => {
        expect(parseChecksum(short)).toEqual({ kind: 'known', checksum: { algorithm: 'adler32', value: short } })
        expect(parseChecksum(long)).toEqual({ kind: 'known', checksum: { algorithm: 'md5', value: long } })
      }),
    )
  })

  test('has its leading zeros given back', () => {
    expect(parseChecksum('ad:620062')).toEqual({ kind: 'known', checksum: { algorithm: 'adler32', value: '00620062' } })
    expect(parseChecksum('1')).toEqual({ kind: 'known', checksum: { algorithm: 'adler32', value: '00000001' } })
  })

  test.each([
    '',
    ' ',
    'NULL',
    'null',
    'None',
    '0',
    '00000000',
    'ad:',
    'ad:NULL',
    'ad:None',
    'ad:0',
    'ad:00000000',
    'md5:None',
  ])('that is %j is not known', (text) => {
    expect(parseChecksum(text)).toEqual({ kind: 'unknown' })
  })

  test.each([
    'sha1:00112233',
    'ad:xyz',
    'ad:123456789',
    'md5:1234',
    'ad:md5:12',
    'crc32c:00000001',
    '123456789',
    'ad:-1',
    'ad:0x1',
  ])('that is %j cannot be read, and is never taken for an adler32', (text) => {
    expect(parseChecksum(text)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringContaining(JSON.stringify(text)),
    })
  })

  test('never makes the pilot stumble, and what is known is in its one written form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: digit }), fc.string()), (text) => {
        const read = parseChecksum(text)
        if (read.kind !== 'known') return
        expect(read.checksum.value).toMatch(read.checksum.algorithm === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{8}$/)
        expect(parseChecksum(`${read.checksum.algorithm}:${read.checksum.value}`)).toEqual(read)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { commaList, optionalFlag, optionalInteger, optionalText } from '../../src/job/wire-values.ts'

const unset = fc.constantFrom('', 'NULL', 'null', 'None', ' NULL ', null, undefined)
const word = fc.stringMatching(/^[A-Za-z0-9._:-]{1,12}$/).filter((text) => !['NULL', 'null', 'None'].includes(text))

describe('a value on the wire', () => {
  test('that means "not set" is absent, whatever it should have been', () => {
    fc.assert(
      fc.property(unset, (value) => {
        expect(z.parse(optionalText, value)).toBeUndefined()
        expect(z.parse(optionalInteger, value)).toBeUndefined()
        expect(z.parse(optionalFlag, value)).toBeUndefined()
        expect(z.parse(commaList, value)).toEqual([])
      }),
    )
  })

  test('is the same whole number as number, as digits, and with a point and noughts', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        for (const form of [number, String(number), ` ${number} `, `${number}.0`]) {
          expect(z.parse(optionalInteger, form)).toBe(number)
        }
      }),
    )
  })

  test('is no whole number when it has a fraction, an exponent or letters', () => {
    const fraction = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 9 })).map(([whole, tenth]) => `${whole}.${tenth}`)
    fc.assert(
      fc.property(
        fc.oneof(
          fraction,
          word.filter((text) => /[A-Za-z]/.test(text)),
        ),
        (text) => {
          expect(z.parse(optionalInteger, text)).toBeUndefined()
        },
      ),
    )
  })

  test('is the same list as one text and as a JSON list, with blanks and unset items', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.constant('NULL')), { minLength: 2 }), (items) => {
        const expected = items.map((item) => (item === 'NULL' ? undefined : item))
        expect(z.parse(commaList, items.join(','))).toEqual(expected)
        expect(z.parse(commaList, items.join(' , '))).toEqual(expected)
        expect(z.parse(commaList, items)).toEqual(expected)
      }),
    )
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dumpJson, parseJson } from '../../src/standin/python/json.ts'
import { parseForm, repr, urlencode } from '../../src/standin/python/text.ts'
import { PythonError, PythonFloat } from '../../src/standin/python/values.ts'

describe('JSON as Python reads and writes it', () => {
  it('whatever JSON holds comes out again as the same JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(JSON.parse(dumpJson(parseJson(text)))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('any text is read exactly when it is JSON', () => {
    const almostJson = fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE-+ \n\\/bunrtfalse') })
    fc.assert(
      fc.property(fc.oneof(fc.string(), almostJson), (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        if (valid) expect(() => parseJson(text)).not.toThrow()
        else expect(() => parseJson(text)).toThrow(PythonError)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['{"site_name":', 'Expecting value: line 1 column 14 (char 13)'],
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['{"a" 1}', "Expecting ':' delimiter: line 1 column 6 (char 5)"],
    ['{"a":1\n"b"}', "Expecting ',' delimiter: line 2 column 1 (char 7)"],
    ['{a:1}', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['"abc', 'Unterminated string starting at: line 1 column 1 (char 0)'],
    ['"a\tb"', 'Invalid control character at: line 1 column 3 (char 2)'],
    ['"\\\\\\x"', 'Invalid \\escape: line 1 column 4 (char 3)'],
    ['1 2', 'Extra data: line 1 column 3 (char 2)'],
  ])('%j: %s', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })

  it('nesting without end is refused', () => {
    expect(() => parseJson('['.repeat(100_000))).toThrow(PythonError)
  })

  it('an int and a float stay apart', () => {
    expect(parseJson('[1, 1.0, 1e2]')).toEqual([1, new PythonFloat(1), new PythonFloat(100)])
    expect(dumpJson([1, new PythonFloat(1), new PythonFloat(0.5)])).toBe('[1, 1.0, 0.5]')
  })

  it('everything outside ASCII is escaped', () => {
    expect(dumpJson({ ä: '€😀\u007f' })).toBe('{"\\u00e4": "\\u20ac\\ud83d\\ude00\\u007f"}')
  })
})

it('a key named __proto__ is a key like any other', () => {
  const value = parseJson('{"__proto__": {"polluted": 1}}')
  expect(dumpJson(value)).toBe('{"__proto__": {"polluted": 1}}')
  expect({}).not.toHaveProperty('polluted')
})

it.each([
  [{ a: null, b: [true, false] }, "{'a': None, 'b': [True, False]}"],
  ["it's", '"it\'s"'],
  [`it's "so"`, `'it\\'s "so"'`],
  ['a\nb\\', "'a\\nb\\\\'"],
  [new PythonFloat(2), '2.0'],
])('repr %#: %s', (value, text) => {
  expect(repr(value)).toBe(text)
})

it('what is url-encoded is read back, blanks and repeated keys too', () => {
  const values = fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(values, (dict) => {
      expect({ ...parseForm(urlencode(dict)) }).toEqual({ ...dict })
    }),
  )
  expect({ ...parseForm('a=1&a=2&b=') }).toEqual({ a: ['1', '2'], b: '' })
})

it("Python's urlencode spells blanks as plus and keeps no punctuation but -_.~", () => {
  expect(urlencode({ k: "a b+c!'()*~-_." })).toBe('k=a+b%2Bc%21%27%28%29%2A~-_.')
})

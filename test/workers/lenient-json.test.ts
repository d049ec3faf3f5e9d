import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLenient as parse } from '../../src/workers/lenient-json.ts'

const limits = { skip: new Set<string>(), keepFirst: new Map(), longestText: 100, deepest: 500, mostValues: 100_000 }
const parseLenient = (text: string) => parse(text, limits)

const members = fc.dictionary(fc.string(), fc.jsonValue())

/** The same text with one NaN, so that JSON.parse cannot read it and our own reader must. */
function unstrict(text: string): string {
  return text === '{}' ? '{"":NaN}' : `${text.slice(0, -1)},"":NaN}`
}

/** As JSON.parse gives it: bigints rounded, absent members gone. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? Number(member) : member)))
}

test('what JSON.parse reads is read the same', () => {
  fc.assert(
    fc.property(members, fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      expect(plain(parseLenient(text))).toEqual({ kind: 'whole', members: JSON.parse(text) })
    }),
  )
})

test('with a NaN somewhere the rest is read the same', () => {
  fc.assert(
    fc.property(members, fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      const { '': _, ...rest } = JSON.parse(text)
      expect(plain(parseLenient(unstrict(text)))).toEqual({ kind: 'whole', members: rest })
    }),
  )
})

test('of a text that is cut, each member is as in the whole one or absent', () => {
  fc.assert(
    fc.property(members, fc.nat(), (value, at) => {
      const text = JSON.stringify(value)
      const cut = parseLenient(text.slice(0, at % text.length))
      expect(cut.kind).toBe('broken')
      for (const [name, member] of Object.entries(cut.members)) {
        expect(plain([name, member])).toEqual([name, JSON.parse(text)[name]])
      }
    }),
  )
})

test('any text at all ends in a value, not in an error', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    '1',
    '-',
    'NaN',
    'Infinity',
    'null',
    ' ',
    'x',
    '\u0000',
  )
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      expect(['whole', 'broken']).toContain(parseLenient(`{"a":1,${parts.join('')}`).kind)
    }),
  )
})

describe('in our own reader', () => {
  test.each<[string, unknown]>([
    ['{"a":NaN,"a":2}', { a: 2 }],
    ['{"a":-Infinity,"b":[Infinity,1]}', { a: undefined, b: [undefined, 1] }],
    ['{"a":9007199254740993,"b":-1.5e3,"c":NaN}', { a: 9007199254740993n, b: -1500, c: undefined }],
  ])('%s is read', (text, expected) => {
    expect(parseLenient(text)).toEqual({ kind: 'whole', members: expected })
  })

  test('a member called __proto__ is only a member', () => {
    const { members: read } = parseLenient('{"__proto__":{"exitCode":0},"x":NaN}')
    expect(Object.hasOwn(read, '__proto__')).toBe(true)
    expect(read.exitCode).toBeUndefined()
  })

  test('nesting that would end the stack is passed over', () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    expect(parseLenient(`{"a":1,"x":${deep},"b":NaN,"c":2}`)).toMatchObject({ kind: 'whole', members: { a: 1, c: 2 } })
  })

  test('a break is told with its place and what stood there', () => {
    expect(parseLenient('<html><head><title>').kind).toBe('broken')
    expect(parseLenient('<html><head><title>')).toHaveProperty(
      'text',
      'at character 0 { was expected, found "<html><head>"',
    )
  })
})

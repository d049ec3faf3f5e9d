import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Wanted } from '../../src/workers/wanted.ts'
import { scanText } from './scan-text.ts'

const members = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' }))
const indents = fc.constantFrom(0, 1, 2, '\t')
/** So short that every value is cut by the end of a block somewhere, and longer ones. */
const blocks = fc.integer({ min: 1, max: 200 })

/** The same text with one NaN, so that JSON.parse refuses it. */
function unstrict(text: string): string {
  return text === '{}' ? '{"":NaN}' : `${text.slice(0, -1)},"":NaN}`
}

/** With absent values as JSON has them. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

test('what JSON.parse reads is read the same, wherever a block ends', () => {
  fc.assert(
    fc.property(members, indents, blocks, (value, indent, block) => {
      const text = JSON.stringify(value, undefined, indent)
      const read = scanText(text, 'value', block)
      expect([read.kind, plain(read.members), JSON.parse(read.text)]).toEqual([
        'whole',
        JSON.parse(text),
        JSON.parse(text),
      ])
      expect(scanText(text, 'text', block)).toEqual({ kind: 'whole', members: {}, text: read.text })
    }),
  )
})

test('with a NaN somewhere the rest is read the same', () => {
  fc.assert(
    fc.property(members, indents, blocks, (value, indent, block) => {
      const text = JSON.stringify(value, undefined, indent)
      const { '': _, ...rest } = JSON.parse(text)
      const read = scanText(unstrict(text), 'value', block)
      expect([read.kind, plain(read.members)]).toEqual(['whole', plain(rest)])
      expect(JSON.parse(read.text)).toEqual({ ...JSON.parse(text), '': null })
    }),
  )
})

test('of a text that is cut, each member is as in the whole one or absent', () => {
  fc.assert(
    fc.property(members, fc.nat(), blocks, (value, at, block) => {
      const text = JSON.stringify(value)
      const cut = scanText(text.slice(0, at % text.length), 'value', block)
      expect(cut.kind).toBe('broken')
      for (const [name, member] of Object.entries(cut.members)) {
        expect(plain([name, member])).toEqual([name, JSON.parse(text)[name]])
      }
    }),
  )
})

test('the reduced text is spelled in one way, wherever a block ends: in ASCII, without blanks, numbers as they are written', () => {
  const texts = fc.string({
    unit: fc.constantFrom('a', '"', '\\', '/', '\n', '\u001b', '\u007f', 'é', '\u2028', '\ud83d', '😀'),
  })
  const spelled = texts.map((text) => {
    const json = JSON.stringify(text)
    return fc.constantFrom(json, json.replaceAll('/', '\\/'), asEscapes(text, false), asEscapes(text, true))
  })
  const numbers = fc.constantFrom(
    '0',
    '-0',
    '12',
    '1.50',
    '-1.5e3',
    '1E+22',
    '9007199254740993',
    '1e999',
    '9'.repeat(400),
  )
  const odd = fc.constantFrom('NaN', '-Infinity', 'true', 'false', 'null', '[]', '{}', '[ ]')
  const value = fc.oneof(
    spelled.chain((spelling) => spelling),
    numbers,
    odd,
  )
  const array = fc.array(value, { maxLength: 5 }).map((values) => `[${values.join(' ,')} ]`)
  const object = fc
    .array(
      fc.tuple(
        spelled.chain((spelling) => spelling),
        fc.oneof(value, array),
      ),
      { maxLength: 5 },
    )
    .map((members) => `{ ${members.map(([name, member]) => `${name} : ${member}`).join(',')}}`)
  fc.assert(
    fc.property(fc.array(fc.oneof(object, array, value)), blocks, (values, block) => {
      const text = `{"a":[${values.join(',')}]}`
      const read = scanText(text, 'text')
      expect(read.kind).toBe('whole')
      expect(scanText(text, 'text', block)).toEqual(read)
      expect(read.text).toMatch(/^[\x20-\x7f]*$/)
      const strict = text.replace(/NaN|-Infinity/g, 'null')
      expect(JSON.parse(read.text)).toEqual(JSON.parse(strict, (_name, number) => wellFormed(number)))
    }),
    { numRuns: 500 },
  )
})

function asEscapes(text: string, upper: boolean): string {
  const code = (unit: string) => unit.charCodeAt(0).toString(16).padStart(4, '0')
  return `"${text.replace(/[\s\S]/g, (unit) => `\\u${upper ? code(unit).toUpperCase() : code(unit)}`)}"`
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toWellFormed(), member]))
}

test('any text at all ends in a value, not in an error', () => {
  const pieces = fc.constantFrom(...'{}[]"\\:,1- x\u0000\ufeff', 'NaN', 'Infinity', 'null')
  fc.assert(
    fc.property(fc.array(pieces), blocks, (parts, block) => {
      expect(['whole', 'broken']).toContain(scanText(`{"a":1,${parts.join('')}`, 'value', block).kind)
    }),
  )
})

describe('what is not wanted', () => {
  const wanted: Wanted = {
    members: new Map<string, Wanted>([
      [
        'a',
        {
          each: {
            members: new Map<string, Wanted>([
              ['b', 'nothing'],
              ['c', 'value'],
            ]),
          },
        },
      ],
      ['n', 'count'],
    ]),
  }
  /** Texts full of what steers a reader. */
  const tricky = fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', ',', 'é', 'x'), maxLength: 300 })
  const anything = fc.jsonValue().chain((value) => tricky.map((text) => ({ [text]: [text, value, { text }] })))

  test('is passed over, whatever it is and wherever a block ends', () => {
    fc.assert(
      fc.property(anything, indents, blocks, (value, indent, block) => {
        const text = JSON.stringify({ a: [{ b: value, c: 1 }], b: 2, n: [value, value], x: 3 }, undefined, indent)
        expect(scanText(text, wanted, block)).toEqual({
          kind: 'whole',
          members: { a: [{ c: 1 }], b: undefined, n: 2 },
          text: '{"a":[{"c":1}],"b":2,"x":3}',
        })
      }),
      { numRuns: 500 },
    )
  })

  test('is counted: the elements of an array, not those inside of them', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 40 }), indents, blocks, (list, indent, block) => {
        const text = JSON.stringify({ n: list }, undefined, indent)
        expect(scanText(text, wanted, block).members).toEqual({ n: list.length })
      }),
    )
  })

  test('is no array to count: absent', () => {
    expect(scanText('{"n":{"a":[1,2]},"b":"n"}', wanted)).toMatchObject({
      members: { n: undefined },
      text: '{"b":"n"}',
    })
  })

  test('are the elements beyond the first ones', () => {
    const first: Wanted = { members: new Map([['logs', { each: { first: 1 } }]]) }
    const text = '{"logs":{"ERROR":[1,2,3],"WARNING":[[1,2,3],"x]",{"y":","}]},"other":[1,2,3]}'
    expect(scanText(text, first).text).toBe('{"logs":{"ERROR":[1],"WARNING":[[1,2,3]]},"other":[1,2,3]}')
  })

  test('is the rest of a long text, however long it is, and never half an escape stays', () => {
    const units = fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', '\u0001', 'é'), maxLength: 1000 })
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 20 }), blocks, (text, longestText, block) => {
        const kept = text.length > longestText + 12 ? `${text.slice(0, longestText)} (truncated)` : text
        const read = scanText(JSON.stringify({ x: text }), { each: { longestText } }, block)
        expect(JSON.parse(read.text)).toEqual({ x: kept })
      }),
    )
  })
})

describe('the scanner', () => {
  test.each<[string, unknown]>([
    ['{"a":NaN,"a":2}', { a: 2 }],
    ['{"a":-Infinity,"b":[Infinity,1]}', { a: undefined, b: [undefined, 1] }],
    ['{"a":9007199254740993,"b":-1.5e3}', { a: Number(9007199254740993n), b: -1500 }],
    ['\ufeff{"a":"\ufeff"}', { a: '\ufeff' }],
  ])('reads %s', (text, expected) => {
    expect(scanText(text)).toMatchObject({ kind: 'whole', members: expected })
  })

  test('takes a member called __proto__ for a member only', () => {
    const { members: read } = scanText('{"__proto__":{"exitCode":0},"x":NaN}')
    expect(Object.hasOwn(read, '__proto__')).toBe(true)
    expect(read.exitCode).toBeUndefined()
  })

  test('passes over nesting that would end the stack', () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    expect(scanText(`{"a":1,"x":${deep},"b":NaN,"c":2}`)).toMatchObject({ kind: 'whole', members: { a: 1, c: 2 } })
  })

  test('tells a break with its place and what stood there', () => {
    expect(scanText('<html><head><title>')).toEqual({
      kind: 'broken',
      members: {},
      text: 'at byte 0 { was expected, found "<html><head>"',
    })
    expect(scanText('{"é":1 2}', 'value', 3)).toMatchObject({ text: 'at byte 8 , was expected, found "2}"' })
  })

  test('gives nothing of two documents in one text', () => {
    expect(scanText('{"a":1}{"a":2}')).toMatchObject({ kind: 'broken', members: {} })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Break, JsonReader, type ReaderLimits } from '../../src/workers/json-reader.ts'

const none: ReaderLimits = {
  skip: new Set(),
  keepFirst: new Map(),
  longestText: 1_000_000,
  deepest: 100,
  mostValues: 100_000,
}

function read(text: string, limits: Partial<ReaderLimits> = {}): unknown {
  const members: [string, unknown][] = []
  new JsonReader(text, { ...none, ...limits }).document(members)
  return Object.fromEntries(members)
}

describe('a reader with limits', () => {
  test('passes over any value at a path it was told, and reads the rest', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify({ a: [{ b: value, c: 1 }], b: 2, d: value }, undefined, indent)
        expect(read(text, { skip: new Set(['a.*.b', 'd']) })).toEqual({ a: [{ c: 1 }], b: 2 })
      }),
    )
  })

  test('keeps the first elements of the arrays in an object, and only there', () => {
    const text = '{"logs":{"ERROR":[1,2,3],"WARNING":[[1,2,3],"x]",{"y":","}]},"other":[1,2,3]}'
    expect(read(text, { keepFirst: new Map([['logs', 1]]) })).toEqual({
      logs: { ERROR: [1], WARNING: [[1, 2, 3]] },
      other: [1, 2, 3],
    })
  })

  test('cuts a long text, never within an escape', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', '\u0001', 'é') }),
        fc.integer({ min: 1, max: 20 }),
        (text, longestText) => {
          const { x } = read(JSON.stringify({ x: text }), { longestText }) as { x: string }
          if (x !== text) {
            const kept = x.slice(0, -' (truncated)'.length)
            expect(x).toBe(`${kept} (truncated)`)
            expect(text.startsWith(kept)).toBe(true)
            expect(JSON.stringify(text).length - 2).toBeGreaterThan(longestText)
          }
        },
      ),
    )
  })

  test('passes over what lies too deep', () => {
    expect(read('{"a":[[1]],"b":[2]}', { deepest: 2 })).toEqual({ a: [undefined], b: [2] })
  })

  test('ends at too many values', () => {
    expect(() => read('{"a":[1,2,3]}', { mostValues: 3 })).toThrow(new Break('it has more than 3 values'))
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinePatterns } from '../../src/job/line-pattern.ts'
import { createLineSearch } from '../../src/workers/line-search.ts'

const latin1 = (text: string) => Buffer.from(text).toString('latin1')

function linesOf(patterns: LinePatterns, ...pieces: readonly string[]) {
  const search = createLineSearch(patterns)
  for (const piece of pieces) search.push(piece)
  return search.end()
}

/** The plain way: all lines at once. Lines here are shorter than the cut. */
function reference(patterns: LinePatterns, text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, { texts, keep }] of Object.entries(patterns)) {
    const lines = text.split('\n').filter((line) => texts.some((each) => line.includes(each)))
    const line = keep === 'first' ? lines[0] : lines.at(-1)
    if (line !== undefined) found[name] = line.trim()
  }
  return found
}

describe('of a text in pieces', () => {
  test('the first and last lines are those of the whole text, wherever it is cut', () => {
    const words = fc.constantFrom('E', 'RR', 'ERR', 'ERROR', '.*', 'ö', ' ', 'x'.repeat(200), '\n', '\n')
    const text = fc.array(words, { maxLength: 400 }).map((parts) =>
      parts
        .join('')
        .split('\n')
        .map((line) => line.slice(0, 100))
        .join('\n'),
    )
    const wanted = fc.dictionary(
      fc.string({ maxLength: 3 }).filter((name) => name !== '__proto__'),
      fc.record({
        texts: fc.array(fc.constantFrom('ERR', 'ERROR', 'RRE', '.*', 'ö', 'RR'), { minLength: 1, maxLength: 3 }),
        keep: fc.constantFrom('first', 'last'),
      }),
      { noNullPrototype: true, maxKeys: 4 },
    )
    fc.assert(
      fc.property(wanted, text, fc.array(fc.nat(40_000), { maxLength: 6 }), (patterns, whole, cuts) => {
        const bytes = latin1(whole)
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).map((end, n) => bytes.slice(places[n], end))
        expect(linesOf(patterns, ...pieces)).toEqual(reference(patterns, whole))
      }),
    )
  })

  test('a line of any length is cut to 256 bytes around what matched', () => {
    const found = linesOf(
      { a: { texts: ['full'], keep: 'first' } },
      'x'.repeat(3_000_000),
      'full',
      'y'.repeat(3_000_000),
    )
    expect(found.a).toBe(`${'x'.repeat(128)}full${'y'.repeat(124)}`)
  })

  test('bytes that are no text harm no line, and a cut character leaves nothing', () => {
    const patterns: LinePatterns = { a: { texts: ['full'], keep: 'last' } }
    expect(linesOf(patterns, '\0\xff\n\x1b[1mdisk full\0\xfe\r\n\0').a).toBe('?[1mdisk full?')
    expect(linesOf(patterns, latin1(`${'ö'.repeat(100)}full${'€'.repeat(100)}`)).a).toMatch(/^ö{64}full€+$/)
  })
})

test('the search is done when each first line is found and no last one is wanted', () => {
  const search = createLineSearch({ a: { texts: ['A'], keep: 'first' }, b: { texts: ['B'], keep: 'first' } })
  search.push(`A${'.'.repeat(2000)}`)
  expect(search.isDone()).toBe(false)
  search.push(`B${'.'.repeat(2000)}`)
  expect(search.isDone()).toBe(true)
})

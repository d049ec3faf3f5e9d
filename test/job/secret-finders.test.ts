import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literalFinder } from '../../src/job/secret-finders.ts'

const findingsIn = (literals: readonly string[], text: string, limit: number) => {
  const findings: [number, number][] = []
  literalFinder(new Set(literals)).find(text, limit, (start, end) => findings.push([start, end]))
  return findings.sort(([a, b], [c, d]) => a - c || b - d)
}

test('literals of any lengths are found wherever they start before the limit, overlapping or not', () => {
  const literal = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '€'), minLength: 4, maxLength: 300 })
  const piece = fc.oneof(fc.constantFrom('a', 'b', 'c', '€', 'x'), literal)
  const cases = fc.uniqueArray(literal, { maxLength: 5 }).chain((literals) =>
    fc.record({
      literals: fc.constant(literals),
      text: fc
        .array(fc.oneof(piece, fc.constantFrom('', ...literals)), { maxLength: 30 })
        .map((parts) => parts.join('')),
      limit: fc.nat(600),
    }),
  )
  fc.assert(
    fc.property(cases, ({ literals, text, limit }) => {
      const expected = Array.from({ length: Math.min(limit, text.length) }, (_, at) =>
        literals.filter((each) => text.startsWith(each, at)).map((each) => [at, at + each.length]),
      ).flat()
      expected.sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d)
      expect(findingsIn(literals, text, limit)).toEqual(expected)
    }),
  )
})

test('a literal that is broken into lines is found with its breaks', () => {
  expect(findingsIn(['abcdefgh'], 'x\nabc\r\n  de\\nfgh\nx', 99)).toEqual([[2, 16]])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasWildcard, matchesName } from '../../src/job/name-pattern.ts'

describe('a pattern', () => {
  test.each([
    ['log.*', 'log.EVNTtoHITS', true],
    ['log.*', 'log', false],
    ['*.log', 'a.b.log', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['?', '€', true],
    ['?', '𝄞', true],
    ['?', '', false],
    ['run[0-9].txt', 'run7.txt', true],
    ['run[!0-9].txt', 'run7.txt', false],
    ['[]x]', ']', true],
    ['[!', '[!', true],
    ['a+(b)', 'a+(b)', true],
    ['*', '.hidden', false],
    ['?hidden', '.hidden', false],
    ['.*', '.hidden', true],
    ['', '', true],
    ['**', 'anything', true],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected)
  })

  const plain = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })

  test('without wildcards matches its own name only', () => {
    fc.assert(
      fc.property(plain, plain, (pattern, name) => {
        expect(hasWildcard(pattern)).toBe(false)
        expect(matchesName(pattern, name)).toBe(pattern === name)
      }),
    )
  })

  test('of stars and marks says what a regular expression says', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (glob, name) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(matchesName(glob, name)).toBe(expression.test(name))
      }),
    )
  })

  test('made to make it search for ever does not', () => {
    const before = performance.now()
    expect(matchesName(`${'*a'.repeat(120)}*b`, 'a'.repeat(255))).toBe(false)
    expect(performance.now() - before).toBeLessThan(1000)
  })
})

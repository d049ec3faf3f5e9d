import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { debugText } from '../../src/job/debug-text.ts'
import { createRedactor } from '../../src/job/redact.ts'

const plain = (text: string) => text

describe('the text for the server', () => {
  test('has the path in the first line, then the last lines', () => {
    expect(debugText({ title: 'log.txt', body: 'a\nb\nc\n', lines: 2 }, plain)).toBe('log.txt\nb\nc')
  })

  test('of nothing is the path alone', () => {
    expect(debugText({ title: 'log.txt', body: '\n' }, plain)).toBe('log.txt')
  })

  test('has at most 2,048 bytes and no half character, whatever is shown', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5000 })
    fc.assert(
      fc.property(text, text, (title, body) => {
        const shown = debugText({ title, body }, plain)
        expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(2048)
        expect(shown.isWellFormed()).toBe(true)
        expect(shown).not.toContain('\0')
      }),
    )
  })

  test('is the end of a long one, cut between characters', () => {
    const shown = debugText({ title: 'a', body: `${'€'.repeat(3000)}!` }, plain)
    expect(shown).toBe(`a\n${'€'.repeat(681)}!`)
  })

  test('keeps no part of a secret that the cut goes through', () => {
    const secret = 'Zq7-a-secret-of-some-length-Zq7'
    const { redact } = createRedactor([secret])
    for (let after = 2010; after < 2060; after++) {
      const shown = debugText({ title: 'p', body: secret + 'x'.repeat(after) }, redact)
      expect(shown).not.toMatch(/Zq7|length/)
    }
  })

  test('hides a key whose beginning lies before the lines that are shown', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${`${'A1b2'.repeat(16)}\n`.repeat(20)}-----END PRIVATE KEY-----`
    expect(debugText({ title: 'p', body: `${key}\nend`, lines: 10 }, createRedactor([]).redact)).toBe(
      'p\n[hidden]\nend',
    )
  })
})

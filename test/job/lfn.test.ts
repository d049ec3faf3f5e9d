import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLfn } from '../../src/job/lfn.ts'

const first = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'
const character = fc.constantFrom(...`${first}._+=:@~#%,-`)
const name = fc
  .tuple(fc.constantFrom(...first), fc.array(character, { maxLength: 254 }))
  .map(([start, rest]) => start + rest.join(''))

const isAccepted = (text: string): boolean => 'lfn' in parseLfn(text)

describe('an LFN', () => {
  test('is accepted as it is when it is a plain file name', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(parseLfn(text)).toEqual({ lfn: text })
      }),
    )
  })

  test('that is accepted is one element of a path: it never leads out of its directory', () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.string({ unit: 'binary' }), fc.webPath()), (text) => {
        if (!isAccepted(text)) return
        expect(posix.join('/work', text)).toBe(`/work/${text}`)
        expect(posix.dirname(posix.resolve('/work', text))).toBe('/work')
        expect(text).not.toMatch(/^[-.]|\p{Cc}/u)
      }),
    )
  })

  test.each([
    '',
    '.',
    '..',
    '../etc/passwd',
    'a/b',
    '/etc/passwd',
    '-rf',
    '.bashrc',
    'a b',
    'a\nb',
    'a\0b',
    'a;b',
    "a'b",
    '$HOME',
    'ä',
  ])('is refused when it is %j', (text) => {
    expect(parseLfn(text)).toMatchObject({ problem: { kind: 'not-a-file-name' } })
  })

  test('is refused with an LF at its end', () => {
    expect(isAccepted('file.root\n')).toBe(false)
  })

  test('has 255 characters at most, and a refusal does not repeat all of a longer one', () => {
    expect(isAccepted('a'.repeat(255))).toBe(true)
    const long = parseLfn('a'.repeat(256))
    expect(long).toMatchObject({ problem: { kind: 'too-long' } })
    expect('problem' in long && long.problem.text.length).toBeLessThan(120)
  })
})

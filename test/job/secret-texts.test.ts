import fc from 'fast-check'
import { expect, it } from 'vitest'
import { secretTextsOf } from '../../src/job/secret-texts.ts'

it('every value is a secret, also inside JSON inside JSON', () => {
  const text = JSON.stringify({ user: 'alice-token', nested: JSON.stringify({ deep: ['one-two', 4711] }) })
  expect(secretTextsOf(text)).toEqual(['alice-token', 'one-two', '4711'])
})

it('a value of several lines is hidden whole and line by line, its frame is not', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'
  expect(secretTextsOf(JSON.stringify({ key }))).toEqual([key, 'MIIEow'])
})

it('what is no JSON is one secret; nothing is none', () => {
  expect(secretTextsOf('eyJhbGci.token')).toEqual(['eyJhbGci.token'])
  expect(secretTextsOf('{}')).toEqual([])
  expect(secretTextsOf('')).toEqual([])
})

it('never throws and never hides an empty text, which would hide everything', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const secret of secretTextsOf(text)) expect(secret.length).toBeGreaterThan(0)
    }),
  )
})

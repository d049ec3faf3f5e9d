import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tokenLife } from '../../src/server/token-life.ts'
import { jwt } from './made-certificates.ts'

const opaque = { subject: 'opaque token', validFrom: undefined, validUntil: undefined }

it('a token’s exp and nbf are its life, in ms', () => {
  expect(tokenLife(jwt({ sub: 'robot', nbf: 1000, exp: 2000.5 }))).toEqual({
    subject: 'robot',
    validFrom: 1_000_000,
    validUntil: 2_000_500,
  })
})

it('a claim that is left out or is no number is not known', () => {
  expect(tokenLife(jwt({ exp: 7 }))).toEqual({ subject: 'token', validFrom: undefined, validUntil: 7000 })
  expect(tokenLife(jwt({ exp: '7', nbf: null, sub: 1 }))).toMatchObject({ validFrom: undefined, validUntil: undefined })
})

it.each(['', 'secret', 'a.b.c', `x.${Buffer.from('[]').toString('base64url')}.z`])('%j is opaque', (token) => {
  expect(tokenLife(token)).toEqual(opaque)
})

it('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (text, json) => {
      tokenLife(text)
      tokenLife(`a.${Buffer.from(json).toString('base64url')}.c`)
    }),
  )
})

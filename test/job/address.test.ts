import { expect, test } from 'vitest'
import { secretsOfAddress, withoutUser } from '../../src/job/address.ts'

test.each([
  ['https://docs:pa%20ss@server.example:8443/a/b?c=d@e', 'https://server.example:8443/a/b?c=d@e', ['pa%20ss', 'pa ss']],
  ['http://only-a-token@server.example', 'http://server.example', ['only-a-token', 'only-a-token']],
  ['https://user:a@b:c@server.example/x', 'https://server.example/x', ['a@b:c', 'a@b:c']],
  ['https://user:100%@server.example/', 'https://server.example/', ['100%', '100%']],
])('%s shows neither user nor password', (address, shown, secrets) => {
  expect(withoutUser(address)).toBe(shown)
  expect(secretsOfAddress(address)).toEqual(secrets)
})

test.each(['https://server.example/a@b', '/a/path@with/sign', 'file:///x@y', ''])('%j has no user', (address) => {
  expect(withoutUser(address)).toBe(address)
  expect(secretsOfAddress(address)).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { compactName, isPilot, isProduction, isSecure } from '../../src/standin/model/caller.ts'
import { stranger } from './fixtures.ts'

const withRole = (fqan: string) => ({ ...stranger, fqans: [fqan] })

describe('roles', () => {
  const roles: [fqan: string, v1: boolean, legacy: boolean, strict: boolean][] = [
    ['/atlas/Role=production', true, true, true],
    ['/atlas/usatlas/Role=production', true, true, true],
    ['/wlcg/Role=production', true, true, true],
    ['/atlas/Role=pilot', false, true, true],
    ['/osg/Role=pilot', false, true, true],
    ['/atlas/de/Role=NULL', false, true, false],
    ['/cms/Role=NULL', false, true, false],
    ['/wlcg/Role=pilot', false, false, false],
    ['/wlcg/sub/Role=production', false, false, false],
  ]

  it.each(roles)('%s: v1 %s, legacy %s, legacy with proxy key %s', (fqan, v1, legacy, strict) => {
    const caller = withRole(fqan)
    expect([isProduction(caller), isPilot(caller), isPilot(caller, true)]).toEqual([v1, legacy, strict])
  })

  it('a configured DN needs no role', () => {
    expect(isProduction({ ...stranger, configured: true })).toBe(true)
    expect(isPilot(stranger)).toBe(false)
  })
})

it('a limited proxy is not secure, and neither is a caller without a name', () => {
  expect(isSecure(stranger)).toBe(true)
  expect(isSecure({ ...stranger, dn: '/CN=Some User/CN=limited proxy' })).toBe(false)
  expect(isSecure({ ...stranger, dn: null })).toBe(false)
  expect(isSecure({ ...stranger, secure: false })).toBe(false)
})

it.each([
  ['/DC=ch/OU=Users/CN=jdoe/CN=12345/CN=Jane Doe/CN=proxy', 'Jane Doe'],
  ['/CN=Jane Doe/CN=8712', 'Jane Doe'],
  ['Jane Doe', 'Jane Doe'],
])('%s is the user %s', (dn, name) => {
  expect(compactName(dn)).toBe(name)
})

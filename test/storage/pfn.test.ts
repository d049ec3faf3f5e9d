import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deterministicPath, joinUrl, localPathOf, schemeOf } from '../../src/storage/pfn.ts'

it.each([
  [
    'mc23_13p6TeV',
    'DAOD_PHYS.38191710._000123.pool.root.1',
    'mc23_13p6TeV/36/43/DAOD_PHYS.38191710._000123.pool.root.1',
  ],
  [
    'user.jdoe',
    'user.jdoe.41234567.EXT0._000017.hist.root',
    'user/jdoe/a4/1c/user.jdoe.41234567.EXT0._000017.hist.root',
  ],
  [
    'transient',
    'EventService_premerge_41234567-6123456789-1-1-10.tar',
    'transient/b8/3a/EventService_premerge_41234567-6123456789-1-1-10.tar',
  ],
])('computes the path of %s:%s as Rucio does', (scope, lfn, path) => {
  expect(deterministicPath(scope, lfn)).toBe(path)
})

it('keeps the dots of a scope that belongs to no user and no group', () => {
  expect(deterministicPath('data23_13p6TeV.physics_Main', 'RAW.1')).toMatch(/^data23_13p6TeV\.physics_Main\//)
  expect(deterministicPath('group.phys-susy', 'f')).toMatch(/^group\/phys-susy\//)
})

it.each([
  ['root://x:1094/', '/atlas/rucio/', 'root://x:1094//atlas/rucio/f'],
  ['root://x:1094', '/atlas/rucio', 'root://x:1094//atlas/rucio/f'],
  ['root://x:1094//', '//atlas/', 'root://x:1094//atlas/f'],
  ['xroots://x', 'atlas', 'xroots://x//atlas/f'],
  ['davs://dav:443', '/atlas/rucio/', 'davs://dav:443/atlas/rucio/f'],
  ['https://dav:443/', '/atlas', 'https://dav:443/atlas/f'],
  ['srm://s:8443/srm/managerv2?SFN=', '/pnfs/', 'srm://s:8443/srm/managerv2?SFN=/pnfs/f'],
  ['file://localhost', '/data', 'file://localhost/data/f'],
  ['root://x:1094/', '', 'root://x:1094//f'],
])('joins %s and %s', (endpoint, path, url) => {
  expect(joinUrl({ endpoint, path }, 'f')).toBe(url)
})

it('knows the scheme of a URL and that a path has none', () => {
  expect(schemeOf('ROOT://host//f')).toBe('root')
  expect(schemeOf('/data/f')).toBeUndefined()
})

it('takes the path out of a file URL and out of nothing else', () => {
  expect(localPathOf('file://localhost/data/f')).toBe('/data/f')
  expect(localPathOf('file:///data/f')).toBe('/data/f')
  expect(localPathOf('file://otherhost/data/f')).toBeUndefined()
  expect(localPathOf('root://host//data/f')).toBeUndefined()
})

const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,10}$/)

it('gives every file of a scope a path of its own, that ends with its name and has no empty part', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), part, part, (scope, one, other) => {
      const path = deterministicPath(scope.join('.'), one)
      expect(path.split('/')).not.toContain('')
      expect(path.endsWith(`/${one}`)).toBe(true)
      expect(path === deterministicPath(scope.join('.'), other)).toBe(one === other)
    }),
  )
})

it('puts two slashes after an XRootD host and one after another, however the document writes them', () => {
  const slashes = fc.nat({ max: 3 }).map((count) => '/'.repeat(count))
  fc.assert(
    fc.property(
      fc.constantFrom('root', 'davs', 'https'),
      slashes,
      slashes,
      part,
      (scheme, after, before, directory) => {
        const endpoint = `${scheme}://door.example:1094${after}`
        const url = joinUrl({ endpoint, path: `${before}${directory}` }, 'f')
        expect(url).toBe(`${scheme}://door.example:1094${scheme === 'root' ? '//' : '/'}${directory}/f`)
      },
    ),
  )
})

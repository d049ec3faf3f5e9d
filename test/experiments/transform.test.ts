import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { transformSource } from '../../src/experiments/transform.ts'

const bases = ['https://pandaserver.example.org/trf/user', 'storage.example.org/containers/']

describe('a URL', () => {
  test.each([
    ['https://pandaserver.example.org/trf/user/runGen-00-00-02', 'runGen-00-00-02'],
    ['https://pandaserver.example.org:443/trf/user/v1/run.sh?id=3', 'run.sh'],
    ['http://storage.example.org/containers/run.py', 'run.py'],
    ['https://storage.example.org/containers/run.py', 'run.py'],
  ])('%s lies below an allowed base', (url, name) => {
    expect(transformSource(url, bases)).toMatchObject({ kind: 'download', name })
  })

  test.each([
    'https://pandaserver.example.org.evil.net/trf/user/run.sh',
    'https://pandaserver.example.org@evil.net/trf/user/run.sh',
    'https://user:pw@pandaserver.example.org/trf/user/run.sh',
    'https://pandaserver.example.org/trf/user/../../other/run.sh',
    'https://pandaserver.example.org/trf/user/%2e%2e/%2E%2E/other/run.sh',
    'https://pandaserver.example.org/trf/user\\..\\..\\other\\run.sh',
    'https://pandaserver.example.org/trf/userland/run.sh',
    'https://pandaserver.example.org:8443/trf/user/run.sh',
    'http://pandaserver.example.org/trf/user/run.sh',
    'https://evil.net/?https://pandaserver.example.org/trf/user/run.sh',
  ])('%s does not, and the allowed are named', (url) => {
    expect(transformSource(url, bases)).toEqual({
      kind: 'refused',
      error: 'TRFDOWNLOADFAILURE',
      text: expect.stringMatching(/invalid base URL; allowed are https:.*, storage/),
    })
  })

  test('is never allowed without a base, and what to do is said', () => {
    const source = transformSource('https://pandaserver.example.org/trf/user/run.sh', [])
    expect(source).toMatchObject({ kind: 'refused', text: expect.stringContaining('PANDA_BASE_URLS') })
  })

  test.each(['', '-rf', '.hidden', 'a%20b', 'x;y', '$(id)'])('must end in a plain name, not in %j', (name) => {
    expect(transformSource(`https://pandaserver.example.org/trf/user/${name}`, bases)).toMatchObject({
      kind: 'refused',
      error: 'TRFDOWNLOADFAILURE',
    })
  })

  test.each(['ftp://storage.example.org/containers/run.py', 'file:///etc/passwd', 'http:', 'https://'])(
    '%s is none of http(s)',
    (url) => {
      expect(transformSource(url, bases)).toMatchObject({ kind: 'refused', error: 'TRFDOWNLOADFAILURE' })
    },
  )
})

describe('what is no URL', () => {
  test.each(['run.sh', 'Sim_tf.py', '/usr/bin/env', '/cvmfs/sw.example.org/v1+2/run'])(
    '%s is there already',
    (name) => {
      expect(transformSource(name, bases)).toEqual({ kind: 'present', name })
    },
  )

  test.each(['', '../run.sh', 'sub/run.sh', '-x', 'run.sh; rm -rf /', '/bin/$(id)', 'a b', '/', 'a\nb'])(
    '%j is refused',
    (name) => {
      expect(transformSource(name, bases)).toMatchObject({ kind: 'refused', error: 'TRANSFORMNOTFOUND' })
    },
  )
})

test('whatever is accepted is harmless as one word of a shell', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.webUrl()), (text) => {
      const source = transformSource(text, [...bases, 'https://a.com', 'http://b.org'])
      if (source.kind !== 'refused') expect(source.name).toMatch(/^[A-Za-z0-9._+@/-]+$/)
    }),
  )
})

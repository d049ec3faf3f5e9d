import { describe, expect, it } from 'vitest'
import { parseServerUrl } from '../../src/server/server-url.ts'

describe('the server URL', () => {
  const cases: [string, string, boolean][] = [
    ['https://pandaserver.cern.ch', 'https://pandaserver.cern.ch:25443', true],
    ['pandaserver.cern.ch', 'https://pandaserver.cern.ch:25443', true],
    ['pandaserver.cern.ch:8443', 'https://pandaserver.cern.ch:8443', true],
    ['https://pandaserver.cern.ch:443/', 'https://pandaserver.cern.ch', true],
    ['http://127.0.0.1:25080', 'http://127.0.0.1:25080', false],
    ['http://127.0.0.1', 'http://127.0.0.1:25443', false],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]:25443', true],
    ['https://[2001:db8::1]:25444', 'https://[2001:db8::1]:25444', true],
  ]
  it.each(cases)('%s is %s', (url, origin, secure) => {
    expect(parseServerUrl(url, 25443)).toEqual({ kind: 'url', origin, secure })
  })

  it.each(['', 'ftp://host', 'https://', 'https://user:word@host', 'https://host/server/panda', 'https://host:99999'])(
    'refuses %j and says what it expects',
    (url) => {
      expect(parseServerUrl(url, 25443)).toMatchObject({ kind: 'refused', text: expect.stringContaining('expected') })
    },
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../src/job/redact.ts'

const token = 's3cr3t/Tok+en "with" all & sundry\\'

/** Pushes `text` in pieces of the given lengths, repeated until it is used up. */
function inPieces(redactor: Redactor, text: string, lengths: readonly number[]): string {
  const stream = redactor.stream()
  let out = ''
  for (let at = 0, n = 0; at < text.length; n++) {
    const length = lengths[n % lengths.length] ?? 1
    out += stream.push(text.slice(at, at + length))
    at += length
  }
  return out + stream.end()
}

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/** The characters in the middle of a longer base64 text that stay the same whatever the neighbours of `secret` are. */
function base64Of(secret: string, before: number, encoding: 'base64' | 'base64url'): string {
  const [zeros, ones] = [0, 0xff].map((fill) =>
    Buffer.concat([Buffer.alloc(before, fill), Buffer.from(secret), Buffer.alloc(3, fill)]).toString(encoding),
  )
  return [...(zeros ?? '')].filter((char, n) => char !== '=' && char === ones?.[n]).join('')
}

/** What programs do to a text before it lands in a log, independent of how the redactor knows it. */
const spelled: Readonly<Record<string, (secret: string) => string>> = {
  raw: (secret) => secret,
  'UTF-8 bytes': latin1,
  'URL component': encodeURIComponent,
  'URL form': (secret) => new URLSearchParams({ x: secret }).toString().slice(2),
  'URL in lower case': (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON as UTF-8 bytes': (secret) => latin1(JSON.stringify(secret).slice(1, -1)),
  'JSON in ASCII': (secret) =>
    [...JSON.stringify(secret).slice(1, -1)]
      .flatMap((char) =>
        char > '\x7f' ? char.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : [char],
      )
      .join(''),
  base64: (secret) => base64Of(secret, 0, 'base64'),
  'base64 after one byte': (secret) => base64Of(secret, 1, 'base64'),
  'base64url after two bytes': (secret) => base64Of(secret, 2, 'base64url'),
}

const noise = fc.string({ unit: fc.constantFrom(...'zyx \n\t{}€%=.'), maxLength: 60 })
const secret = fc
  .oneof(fc.string({ minLength: 6, maxLength: 200 }), fc.string({ unit: 'binary', minLength: 6, maxLength: 60 }))
  .map((text) => text.toWellFormed())
  .filter((text) => text.trim().length >= 6 && /[^zyx \n\t{}€%=.\]]{4}/.test(text))

describe('a given secret', () => {
  test.each(Object.keys(spelled))('never survives in the spelling "%s", however the text is cut', (name) => {
    const spell = spelled[name] as (secret: string) => string
    fc.assert(
      fc.property(
        secret,
        noise,
        noise,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (hide, a, b, cuts) => {
          const redactor = createRedactor([hide])
          const text = a + spell(hide.trim()) + b
          const out = redactor.redact(text)
          expect(out).not.toContain(spell(hide.trim()))
          expect(out).toContain('[hidden]')
          expect(inPieces(redactor, text, cuts)).toBe(out)
        },
      ),
    )
  })

  test('is hidden once, and its surroundings stay', () => {
    const long = 'k'.repeat(20) + 'A1b2'.repeat(50)
    expect(createRedactor([long]).redact(`key=${long}; other`)).toBe('key=[hidden]; other')
    expect(createRedactor([token]).redact(`<${token}>`)).toBe('<[hidden]>')
  })

  test('that was cut off is hidden as far as it goes in whole pieces', () => {
    const long = Array.from({ length: 40 }, (_, n) => `part${n}`).join('-')
    expect(createRedactor([long]).redact(long.slice(0, 64))).toBe('[hidden]')
  })

  test('overlapping another leaves nothing of either', () => {
    expect(createRedactor(['abcdefgh', 'fghijklm']).redact('<abcdefghijklm>')).toBe('<[hidden]>')
  })

  test('of several lines is hidden line by line, without the short ones and the marker lines', () => {
    const proxy =
      '-----BEGIN CERTIFICATE-----\r\nMIIC4jCCAcqg\r\nshort\r\nAwIBAgIUabcd\r\n-----END CERTIFICATE-----\r\n'
    const text = '-----BEGIN CERTIFICATE----- AwIBAgIUabcd short\\nMIIC4jCCAcqg'
    expect(createRedactor([proxy]).redact(text)).toBe('-----BEGIN CERTIFICATE----- [hidden] short\\n[hidden]')
  })

  test('of less than six characters is not looked for', () => {
    expect(createRedactor(['', ' 123 ', 'abcde']).redact('abcde 123')).toBe('abcde 123')
  })

  test('is found in a file of any bytes, and the other bytes stay', () => {
    const bytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, n) => n)).toString('latin1')
    const redactor = createRedactor(['pässwörd'])
    expect(redactor.redact(bytes + latin1('pässwörd') + bytes)).toBe(`${bytes}[hidden]${bytes}`)
  })
})

describe('what looks like a secret is hidden:', () => {
  const redactor = createRedactor([])
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwaWxvdCJ9.c2lnbmF0dXJlLW9mLWl0'
  const body = `${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}\n`.repeat(20)
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}-----END RSA PRIVATE KEY-----`

  test.each([
    [`before ${jwt} after`, 'before [hidden] after'],
    [`token%20${jwt}&x=1`, 'token%20[hidden]&x=1'],
    [`before\n${key}\nafter`, 'before\n[hidden]\nafter'],
    [JSON.stringify({ key, x: 1 }), '{"key":"[hidden]","x":1}'],
    [`${key.slice(0, 300)}`, '[hidden]'],
    [`-----BEGIN PRIVATE KEY-----\n${body}\nEnd of story`, '[hidden]\n\nEnd of story'],
    ['> Authorization: Bearer abc.def\r\n> Accept: */*', '> Authorization: [hidden]\r\n> Accept: */*'],
    ['authorization: Digest username="x", response="y"\nnext', 'authorization: [hidden]\nnext'],
    [`{'Authorization': 'Bearer abc', 'Accept': 'json'}`, `{'Authorization': [hidden]', 'Accept': 'json'}`],
    [`{"Authorization":"abc def","Accept":"json"}`, `{"Authorization":[hidden]","Accept":"json"}`],
    [`curl -H "Authorization: Basic dXNlcjpwYXNz" https://x`, `curl -H "Authorization: [hidden]" https://x`],
    [String.raw`{\"Authorization\": \"Bearer abc\"}`, String.raw`{\"Authorization\": [hidden]\"}`],
  ])('%s', (text, expected) => {
    expect(redactor.redact(text)).toBe(expected)
    for (const lengths of [[1], [7, 100], [5000]]) expect(inPieces(redactor, text, lengths)).toBe(expected)
  })

  test('in a long text, wherever it is cut', () => {
    const filling = 'an ordinary line of a log file, number 1234567890\n'.repeat(900)
    const text = `${filling}${key}\n${filling}${jwt} ${filling}`
    const expected = `${filling}[hidden]\n${filling}[hidden] ${filling}`
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1000, max: 70_000 }), { minLength: 1 }), (cuts) => {
        expect(inPieces(redactor, text, cuts)).toBe(expected)
      }),
    )
  })

  test('not what only begins like it', () => {
    for (const text of [
      'eyJ alone',
      'eyJhbGci.eyJzdWIi',
      'the authorization failed',
      '-----BEGIN CERTIFICATE-----\nMIIC',
    ]) {
      expect(redactor.redact(text)).toBe(text)
    }
  })

  test('without effort out of proportion for a file full of beginnings', () => {
    const text = 'eyJ'.repeat(1_000_000)
    expect(redactor.redact(text)).toBe(text)
  })
})

test('a text without secrets comes through unchanged, however it is cut', () => {
  const redactor = createRedactor([token, 'another-secret'])
  fc.assert(
    fc.property(
      fc.array(fc.oneof(noise, fc.string({ unit: fc.constantFrom(...'abc-_/+\\"') }))),
      fc.integer({ min: 1, max: 9 }),
      (parts, cut) => {
        const text = parts.join('').repeat(50)
        expect(redactor.redact(text)).toBe(text)
        expect(inPieces(redactor, text, [cut])).toBe(text)
      },
    ),
  )
})

test('is seen in a text that is looked at piece by piece, and in no other', () => {
  const redactor = createRedactor([token])
  const secrets = fc.constantFrom(
    token,
    btoa(token),
    'Authorization: Bearer abcdef',
    'nothing to hide',
    token.slice(0, 8),
  )
  fc.assert(
    fc.property(
      secrets,
      fc.nat(70_000),
      fc.nat(70_000),
      fc.integer({ min: 1000, max: 70_000 }),
      (secret, ...lengths) => {
        const [before, behind, length] = lengths
        const text = `${'.'.repeat(before)}${secret}\n${'.'.repeat(behind)}`
        let seen = false
        for (let at = 0; at < text.length; at += length) {
          seen ||= redactor.finds(text.slice(at, at + length + redactor.reach), length)
        }
        expect(seen).toBe(redactor.redact(text) !== text)
      },
    ),
  )
})

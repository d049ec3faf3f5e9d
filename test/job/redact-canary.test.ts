import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/job/redact.ts'

/** A password with characters that every encoding treats in its own way, a token without any, a key of several lines. */
const password = `p4ss/W0rd+"quoted" & it's=ä\\end`
const token = '8f14e45fceea167a5a36dedd4bea2543-Zq7Xw9Kp3Lm5Nv'
const proxy = [
  '-----BEGIN CERTIFICATE-----',
  ...Array.from({ length: 6 }, (_, n) => Buffer.alloc(48, 7 * n + 40).toString('base64')),
  '-----END CERTIFICATE-----',
].join('\n')
const secrets = [password, token, proxy]

const redactor = createRedactor(secrets)

/** What nobody may read in an artefact: the secrets themselves, and every piece of 12 characters of what was planted. */
function leaks(planted: string, artefact: string): string[] {
  const pieces = [...secrets.filter((secret) => artefact.includes(secret))]
  for (let at = 0; at + 12 <= planted.length; at++) {
    const piece = planted.slice(at, at + 12)
    if (artefact.includes(piece)) pieces.push(piece)
  }
  return pieces
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const jsonText = (text: string) => JSON.stringify(text).slice(1, -1)

/** A secret within a larger text that is encoded as a whole; cut to what belongs to the secret alone. */
function base64Within(before: string, secret: string, after: string): readonly [planted: string, artefact: string] {
  const whole = base64(before + secret + after)
  const first = Math.ceil((before.length * 8) / 6)
  const end = Math.floor(((before.length + Buffer.byteLength(secret)) * 8) / 6)
  return [whole.slice(first, end), whole]
}

type Planting = (secret: string) => readonly [planted: string, artefact: string]

const alone =
  (encode: (secret: string) => string): Planting =>
  (secret) => [encode(secret), `before ${encode(secret)} after`]

const plantings: Readonly<Record<string, Planting>> = {
  raw: alone((secret) => secret),
  'UTF-8 bytes of a file': alone((secret) => Buffer.from(secret).toString('latin1')),
  base64: alone(base64),
  'base64 after one byte': (secret) => base64Within('u', secret, '\n'),
  'base64 after two bytes, as in Basic credentials': (secret) => base64Within('u:', secret, ''),
  'base64 of a larger text': (secret) => base64Within('{"name":"pilot","key":"', secret, '","more":[1,2,3]}'),
  base64url: alone((secret) => Buffer.from(secret).toString('base64url')),
  'URL query': alone(encodeURIComponent),
  'URL form': alone((secret) => new URLSearchParams({ x: secret }).toString().slice(2)),
  JSON: alone(jsonText),
  'JSON in ASCII': alone((secret) => jsonText(secret).replaceAll('ä', '\\u00e4')),
  'double quotes of a shell': alone((secret) => `"${secret}"`),
  'an argument of a command line': alone((secret) => `--key=${secret}`),
}

describe.each(Object.entries({ password, token }))('the %s', (_, secret) => {
  test.each(Object.keys(plantings))('planted as %s is in no artefact', (name) => {
    const [planted, artefact] = plantings[name]?.(secret) ?? expect.fail()
    expect(leaks(planted, artefact).length).toBeGreaterThan(0)
    expect(leaks(planted, redactor.redact(artefact))).toEqual([])
  })

  test.each(Object.keys(plantings))('planted as %s and cut over two pieces of a stream is in no artefact', (name) => {
    const [planted, artefact] = plantings[name]?.(secret) ?? expect.fail()
    for (let cut = 1; cut < artefact.length; cut++) {
      const stream = redactor.stream()
      const out = stream.push(artefact.slice(0, cut)) + stream.push(artefact.slice(cut)) + stream.end()
      expect(leaks(planted, out)).toEqual([])
    }
  })
})

describe('what a tool printed in lines', () => {
  const wrapped = (text: string, width: number, end: string) =>
    (text.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? []).join(end)

  test.each([
    ['base64 at 76', 76, '\n', base64],
    ['base64 at 64, Windows', 64, '\r\n', base64],
    ['base64 at 76 in JSON', 76, '\\n', base64],
    ['base64 at 60, indented', 60, '\n      ', base64],
    ['raw at 16', 16, '\n', (secret: string) => secret],
  ] as const)('%s is in no artefact', (_, width, end, encode) => {
    for (const secret of [password, token, `${token}${token}${token}`]) {
      for (const before of ['', 'some text before ']) {
        const planted = wrapped(before + encode(secret), width, end)
        const out = redactor.redact(planted)
        expect(out.replaceAll(end, '').replaceAll('[hidden]', '').length).toBeLessThanOrEqual(before.length + 2)
      }
    }
  })

  test('is hidden wherever a stream is cut', () => {
    const planted = wrapped(base64(token + token), 40, '\n')
    for (let cut = 1; cut < planted.length; cut++) {
      const stream = redactor.stream()
      const out = stream.push(planted.slice(0, cut)) + stream.push(planted.slice(cut)) + stream.end()
      expect(out).toBe(redactor.redact(planted))
    }
  })

  test('keeps its lines where there is no secret', () => {
    const text = 'one line\r\n  and another\n\n\nand "JSON\\n" too\n'
    expect(redactor.redact(text)).toBe(text)
  })
})

describe('a credential of several lines', () => {
  const lines = proxy.split('\n').slice(1, -1)
  const anyLine = (artefact: string) => lines.filter((line) => artefact.includes(line))

  test.each([
    ['raw', proxy],
    ['in JSON', JSON.stringify({ proxy })],
    ['one line of it alone', `unexpected line: ${lines[3]}`],
    ['with Windows line ends', proxy.replaceAll('\n', '\r\n')],
    ['joined to one line', lines.join('')],
    ['indented as in YAML', proxy.replaceAll('\n', '\n      ')],
  ])('%s is hidden', (_, artefact) => {
    expect(anyLine(artefact)).not.toEqual([])
    expect(anyLine(redactor.redact(artefact))).toEqual([])
  })

  test('in base64 as a whole leaves at most what stands beside its line ends', () => {
    const whole = base64(proxy)
    const out = redactor.redact(whole)
    for (const rest of out.split('[hidden]').slice(1, -1)) expect(rest.length).toBeLessThan(12)
  })
})

describe('what nobody told us of is hidden by its form:', () => {
  const { redact } = createRedactor([])
  const jwt = [{ alg: 'RS256', typ: 'JWT' }, { sub: 'pilot', scope: 'storage.modify:/' }, 'signature-of-some-length']
    .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'))
    .join('.')
  const body = Array.from({ length: 12 }, (_, n) => Buffer.alloc(48, n + 65).toString('base64')).join('\n')
  const key = (kind: string) => `-----BEGIN ${kind}PRIVATE KEY-----\n${body}\n-----END ${kind}PRIVATE KEY-----`

  test.each([
    ['a token', jwt],
    ['a token in a URL', `https://x/y?token=${jwt}&z=1`],
    ['a token in JSON', JSON.stringify({ access_token: jwt })],
    ['a token on a command line', `curl --oauth2-bearer ${jwt}`],
  ])('%s', (_, artefact) => {
    expect(leaks(jwt, redact(artefact))).toEqual([])
  })

  test.each(['', 'RSA ', 'EC ', 'ENCRYPTED ', 'OPENSSH '])('a %sPRIVATE KEY in PEM, raw and in JSON', (kind) => {
    for (const artefact of [key(kind), JSON.stringify({ key: key(kind) }), `${key(kind).slice(0, 500)}`]) {
      expect(leaks(body, redact(artefact))).toEqual([])
      expect(leaks(jsonText(body), redact(artefact))).toEqual([])
    }
  })

  test.each([
    '> Authorization: Bearer opaque-0123456789abcdef\r\n',
    'authorization=Basic b3BhcXVlLTAxMjM0NTY3ODk=',
    `{'Authorization': 'Bearer opaque-0123456789abcdef'}`,
    `-H "Authorization: Bearer opaque-0123456789abcdef"`,
    JSON.stringify({ authorization: 'Bearer opaque-0123456789abcdef' }),
    JSON.stringify(JSON.stringify({ authorization: 'Bearer opaque-0123456789abcdef' })),
    'Proxy-Authorization: Basic b3BhcXVlLTAxMjM0NTY3ODk=',
  ])('%s', (artefact) => {
    expect(redact(artefact)).not.toMatch(/opaque-0123|b3BhcXVl/)
  })
})

/** Who finds a way to hide one of these at a fair price moves it up; until then nobody may believe that it is hidden. */
describe('a known limit, said in redact.ts: a secret is not found', () => {
  test.each<readonly [string, (secret: string) => string]>([
    ['in hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
    ['backwards', (secret) => [...secret].reverse().join('')],
    ['in base64 of base64', (secret) => base64(base64(secret))],
    ['compressed', (secret) => gzipSync(secret).toString('base64')],
  ])('%s', (_, encode) => {
    expect(redactor.redact(encode(token))).toBe(encode(token))
  })

  test.each<readonly [string, (secret: string) => string]>([
    ['escaped twice as JSON', (secret) => jsonText(jsonText(secret))],
    ['escaped twice for a URL', (secret) => encodeURIComponent(encodeURIComponent(secret))],
    ['with the single quotes of a shell inside', (secret) => `'${secret.replaceAll("'", "'\\''")}'`],
    ['with HTML entities', (secret) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ])('%s, if it has characters to escape', (_, encode) => {
    expect(redactor.redact(encode(token))).not.toContain(token)
    expect(redactor.redact(encode(password))).toBe(encode(password))
  })
})

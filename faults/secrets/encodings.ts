import { knownOf, type Planting } from './plant.ts'

/** How a payload's tools print a secret. */
const encodings: Readonly<Record<string, (secret: string) => string>> = {
  raw: (secret) => secret,
  'base64, first shift': (secret) => base64(`${secret}, as told`),
  'base64, second shift': (secret) => base64(`u${secret}, as told`),
  'base64, third shift': (secret) => base64(`us${secret}, as told`),
  'base64 for URLs': (secret) => Buffer.from(`user:${secret}`).toString('base64url'),
  'inside a larger base64': (secret) => base64(JSON.stringify({ login: { user: 'somebody', list: ['a', secret] } })),
  URL: (secret) => `https://store.example/x?user=a&password=${encodeURIComponent(secret)}&y=1`,
  JSON: (secret) => JSON.stringify({ password: secret }),
  'line by line': (secret) => secret.replaceAll('\n', '\n    | '),
  header: (secret) => `> Authorization: Bearer ${secret.replaceAll('\n', '')}`,
  'shell quoted': (secret) => `+ curl -u 'somebody:${secret.replaceAll("'", "'\\''")}'`,
  'base64 wrapped at 76': (secret) => base64(secret).replace(/.{76}/g, '$&\n'),
}

/** Known limits, said in src/job/redact.ts and proved in test/job/redact-canary.test.ts: not planted here. */
export const limits = ['hexadecimal', 'base64 of base64', 'compressed', 'escaped twice', 'HTML entities'] as const

/** Every known secret in every encoding, and what is known by its form alone in its forms. */
export function echoOf(planting: Planting): string {
  const { webToken, header } = planting
  const known = knownOf(planting).flatMap(({ text }) => Object.values(encodings).map((encode) => encode(text)))
  const formed = [
    `access_token=${webToken.text}`,
    JSON.stringify({ token: webToken.text }),
    `> Authorization: Bearer ${header.text}`,
    `{'authorization': 'Basic ${header.text}'}`,
  ]
  return `${[...known, ...formed].join('\n')}\n`
}

/** A job report as a transform writes it that logged too much. */
export function reportOf(planting: Planting, exitCode: number): string {
  return JSON.stringify({
    exitCode,
    exitAcronym: exitCode === 0 ? 'OK' : 'TRF_LOGIN',
    exitMsg: `logged in as ${knownOf(planting)
      .map(({ text }) => text)
      .join(' and ')}`,
    executor: [{ name: 'login', asetup: echoOf(planting), errMsg: planting.webToken.text }],
    files: {},
  })
}

/** Those that can stand in the name of a file. */
export function namesOf(planting: Planting): string {
  const able = knownOf(planting).filter(({ text }) => /^[\w .:-]{1,100}$/.test(text))
  return `${able.map(({ text }) => text).join('\n')}\n`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

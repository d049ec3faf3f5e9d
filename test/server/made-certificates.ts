import { generate } from 'selfsigned'
import type { CertificatePair } from '../../src/standin/certificate.ts'

const day = 24 * 3_600_000
/** Whole seconds: certificates tell no more. */
export const now = Math.floor(Date.now() / 1000) * 1000

/** A client certificate, valid from `from` to `until` in ms from now. */
export async function madeCertificate(
  name: string,
  { from = -day, until = 30 * day, signedBy }: { from?: number; until?: number; signedBy?: CertificatePair } = {},
): Promise<CertificatePair> {
  const subject = [
    { name: 'organizationName', value: 'grid' },
    { name: 'commonName', value: name },
  ]
  const made = await generate(subject, {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now + from),
    notAfterDate: new Date(now + until),
    ...(signedBy === undefined ? {} : { ca: signedBy }),
  })
  return { cert: made.cert, key: made.private }
}

/** The form of a proxy file: certificate, key, chain. */
export function proxyText(own: CertificatePair, ...chain: readonly CertificatePair[]): string {
  return `${[own.cert, own.key, ...chain.map(({ cert }) => cert)].join('\n')}\n`
}

/** A JWT with these claims, signed by nobody. */
export function jwt(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`
}

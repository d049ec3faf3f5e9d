import { generate } from 'selfsigned'

/** PEM texts of a certificate and its private key. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

const oneDay = 24 * 3_600_000
/** Every certificate begins in the past, so that a client whose clock is a little behind accepts it. */
const validFor = () => ({
  notBeforeDate: new Date(Date.now() - oneDay),
  notAfterDate: new Date(Date.now() + 30 * oneDay),
})
const form = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

/** A certificate authority for one run. Clients that are given its certificate can verify what it signs. */
export async function makeAuthority(name = 'panda-pilot stand-in CA'): Promise<CertificatePair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    ...form,
    ...validFor(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** A server certificate for localhost, 127.0.0.1 and ::1. */
export function makeServerCertificate(authority: CertificatePair): Promise<CertificatePair> {
  return sign(
    authority,
    [{ name: 'commonName', value: 'localhost' }],
    [
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  )
}

/** A client certificate; the server sees the DN `/O=<organization>/CN=<name>`. */
export function makeClientCertificate(
  authority: CertificatePair,
  name = 'Trial Pilot Robot',
): Promise<CertificatePair> {
  const subject = [
    { name: 'organizationName', value: 'panda-pilot' },
    { name: 'commonName', value: name },
  ]
  return sign(authority, subject, [{ name: 'extKeyUsage', clientAuth: true }])
}

async function sign(
  authority: CertificatePair,
  subject: NonNullable<Parameters<typeof generate>[0]>,
  usage: NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>,
): Promise<CertificatePair> {
  const made = await generate(subject, {
    ...form,
    ...validFor(),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      ...usage,
    ],
  })
  return { cert: made.cert, key: made.private }
}

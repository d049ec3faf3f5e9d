import { generate } from 'selfsigned'
import { type CertificatePair, makeAuthority, makeServerCertificate } from '../../src/standin/certificate.ts'

/** What a server may show to a pilot that trusts one authority. */
export interface Certificates {
  readonly authority: string
  readonly good: CertificatePair
  /** For the same host, signed by an authority that nobody trusts. */
  readonly wrong: CertificatePair
  /** Signed by the trusted authority, valid until yesterday. */
  readonly expired: CertificatePair
}

const oneDay = 86_400_000

export async function makeCertificates(): Promise<Certificates> {
  const [authority, stranger] = await Promise.all([makeAuthority(), makeAuthority('an authority nobody knows')])
  const [good, wrong, expired] = await Promise.all([
    makeServerCertificate(authority),
    makeServerCertificate(stranger),
    makeExpired(authority),
  ])
  return { authority: authority.cert, good, wrong, expired }
}

async function makeExpired(authority: CertificatePair): Promise<CertificatePair> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 30 * oneDay),
    notAfterDate: new Date(Date.now() - oneDay),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
  return { cert: made.cert, key: made.private }
}

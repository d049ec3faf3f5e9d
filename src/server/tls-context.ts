import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Credential } from './credentials.ts'
import { readTrust } from './trust.ts'

export type TlsContexts =
  | {
      readonly kind: 'contexts'
      /** Tried in this order: each knows other authorities. */
      readonly contexts: readonly SecureContext[]
      /** What is wrong with the CA directory without keeping it from being used, for people. */
      readonly problems: readonly string[]
    }
  | { readonly kind: 'failed'; readonly text: string }

/**
 * What every connection is made with: the authorities of the CA directory and Node's own, their lists of revoked
 * certificates, and the proxy as both certificate and key. Token mode shows no certificate (contracts/panda-server.md
 * 1.6).
 */
export async function tlsContexts(caDirectory: string | undefined, credential: Credential): Promise<TlsContexts> {
  const own = credential.kind === 'proxy' ? { cert: credential.pem, key: credential.pem } : {}
  try {
    if (caDirectory === undefined) return { kind: 'contexts', contexts: [createSecureContext(own)], problems: [] }
    const { sets, problems } = await readTrust(caDirectory, getCACertificates('default'), Date.now())
    const contexts = sets.map(({ authorities, revoked }) =>
      createSecureContext({ ca: [...authorities], crl: [...revoked], ...own }),
    )
    return { kind: 'contexts', contexts, problems }
  } catch (error) {
    const file = credential.kind === 'proxy' ? credential.file : caDirectory
    return { kind: 'failed', text: `${file} cannot be used: ${error instanceof Error ? error.message : error}` }
  }
}

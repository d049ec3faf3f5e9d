import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { readAuthorities } from './authorities.ts'
import type { Credential } from './credentials.ts'

export type TlsContext =
  | { readonly kind: 'context'; readonly context: SecureContext }
  | { readonly kind: 'failed'; readonly text: string }

/**
 * What every connection is made with: the authorities of the CA directory and Node's own, and the proxy as both
 * certificate and key. Token mode shows no certificate (contracts/panda-server.md 1.6).
 */
export async function tlsContext(caDirectory: string | undefined, credential: Credential): Promise<TlsContext> {
  const own = credential.kind === 'proxy' ? { cert: credential.pem, key: credential.pem } : {}
  try {
    const authorities = caDirectory === undefined ? [] : await readAuthorities(caDirectory)
    const trust = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] }
    return { kind: 'context', context: createSecureContext({ ...trust, ...own }) }
  } catch (error) {
    const file = credential.kind === 'proxy' ? credential.file : caDirectory
    return { kind: 'failed', text: `${file} cannot be used: ${error instanceof Error ? error.message : error}` }
  }
}

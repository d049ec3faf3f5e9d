import { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Credential } from './credentials.ts'

export type TlsContext =
  | { readonly kind: 'context'; readonly context: SecureContext; readonly warnings: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string }

/**
 * What every connection is made with: the authorities of the CA directory and Node's own, and the proxy as both
 * certificate and key. Token mode shows no certificate (contracts/panda-server.md 1.6).
 */
export async function tlsContext(caDirectory: string | undefined, credential: Credential): Promise<TlsContext> {
  const { authorities, warnings } = await readAuthorities(caDirectory)
  const trust = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] }
  const own = credential.kind === 'proxy' ? { cert: credential.pem, key: credential.pem } : {}
  try {
    return { kind: 'context', context: createSecureContext({ ...trust, ...own }), warnings }
  } catch (error) {
    const file = credential.kind === 'proxy' ? credential.file : (caDirectory ?? 'Node’s own authorities')
    return { kind: 'failed', text: `${file} cannot be used: ${error instanceof Error ? error.message : error}` }
  }
}

interface Authorities {
  readonly authorities: readonly string[]
  readonly warnings: readonly string[]
}

/** One broken file in a directory of hundreds must not cost the pilot its server: it is told and left out. */
async function readAuthorities(directory: string | undefined): Promise<Authorities> {
  if (directory === undefined) return { authorities: [], warnings: [] }
  const found = new Set<string>()
  const warnings: string[] = []
  try {
    for (const name of (await readdir(directory)).sort()) {
      if (!/\.(0|pem|crt)$/.test(name)) continue
      const text = await readFile(join(directory, name), 'utf8').catch(() => '')
      for (const [pem] of text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)) {
        if (isCertificate(pem)) found.add(pem)
        else warnings.push(`${join(directory, name)} holds an unreadable certificate`)
      }
    }
  } catch (error) {
    warnings.push(`the CA directory ${directory} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  return { authorities: [...found], warnings }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== ''
  } catch {
    return false
  }
}

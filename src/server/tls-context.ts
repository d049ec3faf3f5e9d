import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
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

/**
 * Every certificate of a directory in the grid's layout, once: `<hash>.0` is mostly a link to a `.pem` beside it. A file
 * that cannot be read costs only itself, as does a broken certificate, which OpenSSL passes over.
 */
async function readAuthorities(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => /\.(0|pem|crt)$/.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')))
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
  return [...new Set(texts.flatMap((text) => text.match(certificate) ?? []))]
}

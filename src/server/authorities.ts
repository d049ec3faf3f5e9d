import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Every certificate of a directory in the grid's layout, once: `<hash>.0` is mostly a link to a `.pem` beside it. A file
 * that cannot be read costs only itself, as does a broken certificate, which OpenSSL passes over.
 */
export async function readAuthorities(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => /\.(0|pem|crt)$/.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')))
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
  return [...new Set(texts.flatMap((text) => text.match(certificate) ?? []))]
}

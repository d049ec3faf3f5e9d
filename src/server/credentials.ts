import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** Where credentials may be found (contracts/panda-server.md 1.6, 1.7). */
export interface CredentialSources {
  /** Option --capath. */
  readonly caDirectory?: string | undefined
  /** Option --cacert: despite its name the X.509 proxy. */
  readonly proxyFile?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Number of the pilot's user, for /tmp/x509up_u<number>. */
  readonly userId: number | undefined
}

/** Which files hold the credential now; `version` changes whenever one of them does. */
export interface FoundFiles {
  readonly caDirectory: string | undefined
  readonly tokenFile: string | undefined
  readonly proxyFile: string | undefined
  readonly version: string
}

export type Credential =
  | { readonly kind: 'token'; readonly file: string; readonly token: string; readonly origin: string }
  | { readonly kind: 'proxy'; readonly file: string; readonly pem: string }
  | { readonly kind: 'none'; readonly problem: string }

/** Neither a token nor a proxy chain comes near this size; a wrong file name might. */
const largestFile = 1 << 20

/**
 * Looks for the files, cheaply enough for every call: a token may appear, be renewed in place or be replaced by a
 * rename while the pilot runs. A token goes before a proxy: its variables are only set where it is wanted.
 */
export async function findCredentials(sources: CredentialSources): Promise<FoundFiles> {
  const { environment, userId } = sources
  const [caDirectory, token, proxy] = await Promise.all([
    firstOf('directory', [sources.caDirectory, environment.X509_CERT_DIR, '/etc/grid-security/certificates']),
    firstOf('file', tokenCandidates(environment)),
    firstOf('file', [
      sources.proxyFile,
      environment.X509_USER_PROXY,
      userId === undefined ? undefined : `/tmp/x509up_u${userId}`,
    ]),
  ])
  return {
    caDirectory: caDirectory?.path,
    tokenFile: token?.path,
    proxyFile: proxy?.path,
    version: [caDirectory, token, proxy].map((found) => found?.version ?? '').join('|'),
  }
}

interface Found {
  readonly path: string
  readonly version: string
}

async function firstOf(kind: 'file' | 'directory', paths: readonly (string | undefined)[]): Promise<Found | undefined> {
  for (const path of paths) {
    if (path === undefined || path === '') continue
    const stats = await stat(path, { bigint: true }).catch(() => undefined)
    if (stats === undefined || (kind === 'file' ? !stats.isFile() : !stats.isDirectory())) continue
    return { path, version: `${path} ${stats.dev}:${stats.ino} ${stats.size} ${stats.mtimeNs}` }
  }
  return undefined
}

/** The key with which a token is renewed, undefined when there is none; rejects when its file cannot be read. */
export async function readTokenKey({ environment }: CredentialSources): Promise<string | undefined> {
  const found = await firstOf('file', placesOf(environment, environment.PANDA_AUTH_TOKEN_KEY))
  return found && (await readSmall(found.path)).trim()
}

function tokenCandidates(environment: CredentialSources['environment']): readonly (string | undefined)[] {
  const places = placesOf(environment, environment.OIDC_AUTH_TOKEN ?? environment.PANDA_AUTH_TOKEN)
  return places.length === 0 ? [] : [environment.OIDC_REFRESHED_AUTH_TOKEN, ...places]
}

/** A variable may hold a file name that is looked for in several directories (contracts/panda-server.md 1.7). */
function placesOf(
  environment: CredentialSources['environment'],
  name: string | undefined,
): readonly (string | undefined)[] {
  if (name === undefined || name === '') return []
  if (isAbsolute(name)) return [name]
  const directories = [
    parentOf(environment.OIDC_AUTH_DIR),
    parentOf(environment.PANDA_AUTH_DIR),
    parentOf(environment.X509_USER_PROXY),
    environment.PILOT_SOURCE_DIR,
    environment.PILOT_WORK_DIR,
    environment.HOME,
  ]
  return directories.map((directory) => directory && join(directory, name))
}

/** All before the last slash: of `/auth/` that is `/auth`, where Node's own dirname would say `/`. */
function parentOf(path: string | undefined): string | undefined {
  return path?.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Reads what was found. Never rejects; whatever is wrong is told in `problem`. */
export async function readCredential(
  files: FoundFiles,
  environment: CredentialSources['environment'],
): Promise<Credential> {
  const { tokenFile, proxyFile } = files
  const origin = environment.OIDC_AUTH_ORIGIN ?? environment.PANDA_AUTH_ORIGIN
  try {
    if (tokenFile !== undefined && origin !== undefined && origin !== '') {
      const token = (await readSmall(tokenFile)).trim()
      if (isToken(token)) return { kind: 'token', file: tokenFile, token, origin: origin.trim() }
      return { kind: 'none', problem: `${tokenFile} holds no token: it must be one word of printable ASCII` }
    }
    if (proxyFile !== undefined) return { kind: 'proxy', file: proxyFile, pem: await readSmall(proxyFile) }
  } catch (error) {
    return { kind: 'none', problem: `the credential cannot be read: ${error instanceof Error ? error.message : error}` }
  }
  if (tokenFile !== undefined) {
    return {
      kind: 'none',
      problem: `there is a token, ${tokenFile}, but neither OIDC_AUTH_ORIGIN nor PANDA_AUTH_ORIGIN`,
    }
  }
  return { kind: 'none', problem: 'there is neither an X.509 proxy (X509_USER_PROXY) nor a token (OIDC_AUTH_TOKEN)' }
}

/** One word of printable ASCII: anything else would break the header it is sent in. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

async function readSmall(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > largestFile) throw new Error(`${path} is too large for a credential: ${size} bytes`)
  return readFile(path, 'utf8')
}

/** The texts of a credential that must never be shown. A key is told line by line: logs break it into lines. */
export function secretTexts(credential: Credential): readonly string[] {
  if (credential.kind === 'token') return [credential.token]
  if (credential.kind === 'none') return []
  const keys = credential.pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END/g) ?? []
  return keys.flatMap((key) => key.split(/\r?\n/).filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line)))
}

import { certificateLife, type Life } from './certificate-life.ts'
import type { CredentialState } from './credential-watch-port.ts'
import { type CredentialSources, type FoundFiles, findCredentials, readCredential } from './credentials.ts'
import { tokenLife } from './token-life.ts'

export interface HeldCredential extends Life {
  readonly what: 'proxy' | 'token'
  readonly file: string
}

export type Held =
  | { readonly kind: 'held'; readonly token: HeldCredential | undefined; readonly proxy: HeldCredential | undefined }
  | { readonly kind: 'problem'; readonly problem: Problem }

type Problem = Exclude<CredentialState, { readonly kind: 'good' }>

/**
 * The credentials that matter: what the server is shown, and a proxy that the option or the environment names, which the
 * copytools use. A proxy that merely lies at the usual place does not count beside a token, nor does any credential
 * have to be there for plain http (`shown` false).
 */
export async function lookAtCredentials(sources: CredentialSources, shown: boolean): Promise<Held> {
  const files = await findCredentials(sources)
  const own = shown ? await readCredential(files, sources.environment) : undefined
  if (own?.kind === 'none') {
    const kind = files.tokenFile === undefined && files.proxyFile === undefined ? 'missing' : 'unusable'
    return { kind: 'problem', problem: { kind, name: 'NOPROXY', text: own.problem } }
  }
  const token = own?.kind === 'token' ? { what: 'token' as const, file: own.file, ...tokenLife(own.token) } : undefined
  if (own?.kind !== 'proxy' && !isNamed(files.proxyFile, sources)) return { kind: 'held', token, proxy: undefined }
  const proxy = await readProxy(files, sources)
  return 'problem' in proxy ? { kind: 'problem', problem: proxy.problem } : { kind: 'held', token, proxy }
}

function isNamed(file: string | undefined, { proxyFile, environment }: CredentialSources): boolean {
  return file !== undefined && (file === proxyFile || file === environment.X509_USER_PROXY)
}

async function readProxy(
  files: FoundFiles,
  { environment }: CredentialSources,
): Promise<HeldCredential | { readonly problem: Problem }> {
  const credential = await readCredential({ ...files, tokenFile: undefined }, environment)
  if (credential.kind !== 'proxy') {
    const text = credential.kind === 'none' ? credential.problem : 'there is no proxy'
    return { problem: { kind: 'unusable', name: 'NOPROXY', text } }
  }
  const read = certificateLife(credential.pem)
  if (read.kind === 'life') return { what: 'proxy', file: credential.file, ...read.life }
  return { problem: { kind: 'unusable', name: 'NOPROXY', text: `the proxy ${credential.file}: ${read.text}` } }
}

/** Clocks of nodes differ: what becomes valid within these ms, the server takes already. */
const clockDifference = 300_000

/** Whether a credential may be used now, and for the next `needed` seconds. */
export function judge(credential: HeldCredential, now: number, needed: number): CredentialState {
  const { what, file, subject, validFrom, validUntil } = credential
  const of = `the ${what} ${file} of ${subject}`
  if (validUntil !== undefined && validUntil <= now) {
    return bad('expired', 'CERTIFICATEHASEXPIRED', `${of} has expired, ${time(validUntil)}`)
  }
  if (validFrom !== undefined && validFrom > now + clockDifference) {
    return bad('unusable', 'NOPROXY', `${of} is valid only from ${time(validFrom)}; is the clock of this node right?`)
  }
  const secondsLeft = validUntil === undefined ? undefined : Math.floor((validUntil - now) / 1000)
  if (secondsLeft !== undefined && secondsLeft < needed) {
    return bad('short', 'PROXYTOOSHORT', `${of} is valid for ${secondsLeft} s more, ${needed} s are needed`)
  }
  return { kind: 'good', secondsLeft }
}

function bad(kind: Problem['kind'], name: Problem['name'], text: string): Problem {
  return { kind, name, text }
}

function time(at: number): string {
  return new Date(at).toISOString()
}

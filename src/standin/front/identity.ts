import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { Caller } from '../model/caller.ts'

/** What a bearer token stands for, or why the real server would refuse it (`Signature has expired`). */
export type TokenGrant =
  | { readonly vo: string; readonly role: string; readonly name: string }
  | { readonly invalid: string }

export interface IdentityRules {
  /** Plain HTTP callers count as production: for trials on one machine. */
  readonly trustPlainHttp: boolean
  /** Whether a DN is one of the configured production DNs. */
  readonly production: (dn: string) => boolean
  readonly tokens: ReadonlyMap<string, TokenGrant>
}

export type Identity =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** Ends in HTTP 403 `ERROR : Token authentication failed. <why>`. */
  | { readonly kind: 'token refused'; readonly why: string }

const nobody: Caller = { secure: false, dn: null, fqans: [], configured: false }

/**
 * Finds out who calls: the client certificate's DN, else the token with its Origin (contracts/panda-server.md 1.5).
 * The certificate chain is not verified: Node cannot verify proxies of RFC 3820, and the stand-in guards nothing.
 */
export function identify(request: IncomingMessage, rules: IdentityRules): Identity {
  const dn = request.socket instanceof TLSSocket ? subjectOf(request.socket) : null
  const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1]
  if (token !== undefined) {
    const granted = readToken(token, request.headers.origin, rules.tokens)
    if (granted.kind === 'token refused' || dn === null) return granted
    const { fqans } = granted.caller
    return { kind: 'caller', caller: { secure: true, dn, fqans, configured: rules.production(dn) } }
  }
  if (dn !== null) return { kind: 'caller', caller: { secure: true, dn, fqans: [], configured: rules.production(dn) } }
  if (rules.trustPlainHttp && !(request.socket instanceof TLSSocket)) {
    return { kind: 'caller', caller: { secure: true, dn: '/CN=local trial', fqans: [], configured: true } }
  }
  return { kind: 'caller', caller: nobody }
}

function readToken(token: string, origin: string | undefined, tokens: ReadonlyMap<string, TokenGrant>): Identity {
  if (origin === undefined) {
    return refused(
      "Token decode failure. 'NoneType' object has no attribute 'replace' Traceback (most recent call last)",
    )
  }
  const [vo = '', role = ''] = origin.replace(':', '.').split('.', 2)
  const grant = tokens.get(token)
  if (grant !== undefined && 'invalid' in grant) return refused(`Invalid token. ${grant.invalid}`)
  const known = [...tokens.values()].some((candidate) => 'vo' in candidate && candidate.vo === vo)
  if (!known) return refused(`Unknown vo : ${vo}`)
  if (grant === undefined) {
    return refused(
      `Invalid token. ${token.split('.').length < 3 ? 'Not enough segments' : 'Signature verification failed'}`,
    )
  }
  if (grant.vo !== vo || grant.role !== role) return refused(`Not a member of the ${vo}/${role} group`)
  const caller = { secure: true, dn: `/CN=${grant.name}`, fqans: [`/${vo}/Role=${role}`], configured: false }
  return { kind: 'caller', caller }
}

function refused(why: string): Identity {
  return { kind: 'token refused', why }
}

/** The subject in slash form without the numbers a proxy appends; null when no certificate was sent. */
function subjectOf(socket: TLSSocket): string | null {
  const subject = socket.getPeerX509Certificate()?.subject
  if (subject === undefined) return null
  const parts = subject.split('\n').filter((part) => part !== '' && !/^CN=(?:\d+|proxy)$/.test(part))
  return parts.map((part) => `/${part}`).join('')
}

import { type Caller, compactName } from './caller.ts'

/** The credentials a server keeps for pilots; a test puts them in (contracts/panda-server.md 9). */
export interface Vault {
  /** Compact user name to the letters of the user table: `p` proxy and token, `t` token key, `k` key pair. */
  readonly letters: Map<string, string>
  /** Whose proxy, as asked for (a DN or a short name), to PEM text. */
  readonly proxies: Map<string, string>
  /** Client name to token. */
  readonly tokens: Map<string, string>
  /** Client name to its token key; a token with a key is given for that key only. */
  readonly tokenKeys: Map<string, string>
  /** Name of a key to its text. */
  readonly keys: Map<string, string>
  /** Compact user name to that user's secrets. */
  readonly secrets: Map<string, Readonly<Record<string, string>>>
}

export function createVault(): Vault {
  return {
    letters: new Map(),
    proxies: new Map(),
    tokens: new Map(),
    tokenKeys: new Map(),
    keys: new Map(),
    secrets: new Map(),
  }
}

/** Why a credential is not given; the dialects have their own words for each. */
export type Withheld =
  /** The user lacks the letter. */
  | { readonly kind: 'denied'; readonly user: string }
  | { readonly kind: 'wrong key'; readonly of: string }
  | { readonly kind: 'missing'; readonly user: string; readonly of: string }

export type Given<Value> = { readonly kind: 'given'; readonly value: Value } | Withheld

export function giveProxy(vault: Vault, caller: Caller, dn: string | null): Given<string> {
  const user = userOf(caller)
  const of = dn === null || dn === '' ? (caller.dn ?? '') : dn
  return has(vault, user, 'p') ? given(vault.proxies.get(of), user, of) : { kind: 'denied', user }
}

export function giveToken(vault: Vault, caller: Caller, clientName: string, tokenKey: string | null): Given<string> {
  const user = userOf(caller)
  if (!has(vault, user, 'p')) return { kind: 'denied', user }
  const wanted = vault.tokenKeys.get(clientName)
  if (wanted !== undefined && wanted !== tokenKey) return { kind: 'wrong key', of: clientName }
  return given(vault.tokens.get(clientName), user, clientName)
}

export function giveTokenKey(vault: Vault, caller: Caller, clientName: string): Given<string> {
  const user = userOf(caller)
  return has(vault, user, 't') ? given(vault.tokenKeys.get(clientName), user, clientName) : { kind: 'denied', user }
}

/** The texts of both keys; the first that is not there is named. */
export function giveKeys(vault: Vault, caller: Caller, names: readonly [string, string]): Given<[string, string]> {
  const user = userOf(caller)
  if (!has(vault, user, 'k')) return { kind: 'denied', user }
  const [first, second] = names.map((name) => vault.keys.get(name))
  if (first === undefined || second === undefined) {
    return { kind: 'missing', user, of: first === undefined ? names[0] : names[1] }
  }
  return { kind: 'given', value: [first, second] }
}

/** The caller's own secrets of these names; null = all. */
export function giveSecrets(vault: Vault, caller: Caller, names: readonly string[] | null): Record<string, string> {
  const own = Object.entries(vault.secrets.get(userOf(caller)) ?? {})
  return Object.fromEntries(own.filter(([name]) => names === null || names.includes(name)))
}

function userOf(caller: Caller): string {
  return compactName(caller.dn ?? '')
}

function has(vault: Vault, user: string, letter: string): boolean {
  return vault.letters.get(user)?.includes(letter) ?? false
}

function given(value: string | undefined, user: string, of: string): Given<string> {
  return value === undefined ? { kind: 'missing', user, of } : { kind: 'given', value }
}

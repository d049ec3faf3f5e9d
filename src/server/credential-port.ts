import type { ServerAnswer } from './answer-port.ts'

export interface ProxyRequest {
  /** `atlas:/atlas/Role=production`, or empty. */
  readonly role: string
  /** Whose proxy: a DN or a short name; undefined = the caller's own. */
  readonly dn: string | undefined
}

export interface TokenRequest {
  /** Name of the token as the server knows it, `pilot_server`. */
  readonly clientName: string
  readonly tokenKey: string | undefined
}

export interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

/**
 * Credentials that the server keeps for pilots (contracts/panda-server.md 9). Every secret of an answer was told to
 * the log's `hide` before the answer is handed on. `refused` = stop asking; `unknown` = perhaps later.
 */
export interface CredentialServer {
  /** A proxy as PEM text. Asked for with the X.509 proxy, never with the token. */
  proxy(request: ProxyRequest, signal?: AbortSignal): Promise<ServerAnswer<string>>
  /** A token as text, asked for with the current credential. */
  accessToken(request: TokenRequest, signal?: AbortSignal): Promise<ServerAnswer<string>>
  tokenKey(clientName: string, signal?: AbortSignal): Promise<ServerAnswer<string>>
  keyPair(publicKeyName: string, privateKeyName: string, signal?: AbortSignal): Promise<ServerAnswer<KeyPair>>
  /** The caller's own secrets by name; names that the server does not have are left out. */
  userSecrets(names: readonly string[], signal?: AbortSignal): Promise<ServerAnswer<Readonly<Record<string, string>>>>
}

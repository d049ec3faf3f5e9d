/**
 * Whether a file's name says that it holds credentials: proxies, keys, tokens, the job's secrets (contracts/pilot-core.md
 * 1.5 and 11.5). Such a file is never packed, whatever it really holds.
 */
export function namesCredentials(name: string): boolean {
  return patterns.some((pattern) => pattern.test(name))
}

const patterns = [
  /^x509up/i,
  /proxy/i,
  /\.(pem|key|p12|pfx|jks|jwt)$/i,
  /^panda_secrets\.json$/i,
  /(^|[._-])tokens?(\.(txt|json|dat))?$/i,
  /^(bt_u\d+|\.netrc|\.pgpass|credentials)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)$/i,
]

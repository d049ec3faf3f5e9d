import type { QueueData } from '../job/queue-data.ts'
import type { Log } from '../observe/port.ts'
import type { CredentialServer } from '../server/credential-port.ts'
import { createCredentialWatch } from '../server/credential-watch.ts'
import type { CredentialWatch } from '../server/credential-watch-port.ts'
import type { CredentialSources } from '../server/credentials.ts'
import { parseServerUrl } from '../server/server-url.ts'
import type { Configuration } from './configuration.ts'

/** Where the options and the environment say that the pilot's credentials are. */
export function credentialSources({ certificateAuthorities, clientCertificate }: Configuration): CredentialSources {
  return {
    caDirectory: certificateAuthorities || undefined,
    proxyFile: clientCertificate || undefined,
    environment: process.env,
    userId: process.getuid?.(),
  }
}

export interface WatchedCredentials {
  readonly watch: CredentialWatch
  /** Server and queue are known only after the start: from then on credentials can be renewed. */
  known(server: CredentialServer, queue: QueueData): void
}

/** `url` is the server that will be called. */
export function watchCredentials(configuration: Configuration, url: string, log: Log): WatchedCredentials {
  let server: CredentialServer | undefined
  let renewsTokens = configuration.tokenRenewal
  const parsed = parseServerUrl(url, configuration.port)
  return {
    watch: createCredentialWatch({
      sources: credentialSources(configuration),
      secure: parsed.kind === 'url' && parsed.secure,
      verify: configuration.verifyProxy,
      renewsTokens: () => renewsTokens,
      server: () => server,
      // An experiment with VOMS roles of its own would name one; the server's default is the caller's own proxy.
      proxyRole: '',
      now: Date.now,
      log: log.child('credentials'),
    }),
    known(found, queue) {
      server = found
      renewsTokens = configuration.tokenRenewal && !queue.catchall.includes('no_token_renewal')
    },
  }
}

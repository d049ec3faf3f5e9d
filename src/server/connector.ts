import { type SecureContext, TLSSocket } from 'node:tls'
import type { buildConnector as types } from 'undici'
import buildConnector from 'undici/lib/core/connect.js'

/** undici makes its connections with it. */
export type Connector = types.connector

/** Verification ended without an authority to go by: another set of authorities may know it. */
const unknownAuthority = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_CRL',
])

/**
 * Connects with each context in turn, until one knows the server's authority. That is no weaker than one of them: each
 * verifies fully, and an authority with a list of revoked certificates is in the one that has the list, and in no other.
 * `timeout` in ms for each.
 */
export function createConnector(timeout: number, contexts: readonly SecureContext[]): Connector {
  const common = {
    timeout,
    allowH2: false,
    // An alias stands for several machines: a dead one is left for the next. Node's own 250 ms are too short for far sites.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 2500,
  }
  const [first = buildConnector(common), ...others] = contexts.map((secureContext) =>
    resuming({ ...common, secureContext }),
  )
  return others.reduce(orElse, first)
}

/**
 * Goes on with the TLS session of its last verified connection, so that a fresh one costs half a handshake. undici holds
 * sessions too, but weakly: between two heartbeats they are gone. All connections of one connector go to one server.
 */
function resuming(options: types.BuildOptions): Connector {
  let session: Buffer | undefined
  return (target, callback) => {
    const connect = buildConnector({ ...options, maxCachedSessions: 0, ...(session && { session }) })
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      if (socket instanceof TLSSocket) {
        session = socket.getSession() ?? session
        // In TLS 1.3 the server hands the ticket out after the handshake.
        socket.on('session', (ticket: Buffer) => {
          session = ticket
        })
      }
      callback(null, socket)
    })
  }
}

function orElse(first: Connector, second: Connector): Connector {
  return (options, callback) =>
    first(options, (...[firstError, socket]) => {
      if (firstError === null) return callback(null, socket)
      if (!isUnknownAuthority(firstError)) return callback(firstError, null)
      second(options, (...[error, other]) => {
        if (error === null) return callback(null, other)
        // No set knows the authority: a missing list tells more than a missing authority.
        callback(isUnknownAuthority(error) && codeOf(firstError) === 'UNABLE_TO_GET_CRL' ? firstError : error, null)
      })
    })
}

function isUnknownAuthority(error: Error): boolean {
  return unknownAuthority.has(codeOf(error))
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

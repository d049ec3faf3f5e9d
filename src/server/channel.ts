import type { Pool as PoolClass } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import { abortText, beforeAbort } from './before-abort.ts'
import { type Connector, createConnector } from './connector.ts'
import { type CredentialSources, findCredentials, readCredential, secretTexts } from './credentials.ts'
import { exchange, type HttpRequest, type Reply } from './exchange.ts'
import type { ServerLog } from './log.ts'
import { tlsContexts } from './tls-context.ts'

export interface ChannelOptions {
  readonly origin: string
  readonly secure: boolean
  readonly userAgent: string
  readonly credentials: CredentialSources
  /** ms (contracts/panda-server.md 1.8: 100 s). */
  readonly connectTimeout: number
  /** Bytes of the largest answer that is read. */
  readonly largestAnswer: number
  readonly log: ServerLog
}

/** HTTP to one server. */
export interface Channel {
  /** Never rejects; ends when `signal` fires. The connection is kept for the next call. */
  send(request: HttpRequest, signal: AbortSignal): Promise<Reply>
  close(): Promise<void>
}

/** ms; a list of revoked certificates may be rewritten in place, which no look at its directory tells. */
const trustLife = 3_600_000

/** Connections at once; a pilot has few jobs, and each waits for its own answer. */
const mostConnections = 8

interface Line {
  readonly pool: PoolClass
  readonly settings: Settings
  /** Connections made so far: unchanged during a call means that the call went over a kept one. */
  connected: number
}

interface Settings {
  readonly headers: Readonly<Record<string, string>>
  readonly pool: PoolClass.Options
}

type Opened = { readonly kind: 'open' } | { readonly kind: 'failed'; readonly text: string }

/**
 * One pool of kept connections, made anew with what it trusts and shows when the credential's files or the CA directory
 * change, and every hour. The server's certificate is always verified. Over plain http no credential is shown.
 */
export function createChannel(options: ChannelOptions): Channel {
  const { origin, secure, userAgent, credentials, connectTimeout, largestAnswer, log } = options
  let line: Line | undefined
  let version: string | undefined
  let madeAt = 0
  let opening: Promise<Opened> | undefined
  let closed = false

  async function open(): Promise<Opened> {
    const files = await findCredentials(credentials)
    const asMade = version === files.version && Date.now() - madeAt < trustLife
    if (line !== undefined && asMade) return { kind: 'open' }
    const headers: Record<string, string> = { 'user-agent': userAgent }
    if (!secure) {
      replace({ headers, pool: poolOptions(createConnector(connectTimeout, [])) })
    } else {
      const credential = await readCredential(files, credentials.environment)
      for (const secret of secretTexts(credential)) log.hide(secret)
      const tls = await tlsContexts(files.caDirectory, credential)
      if (tls.kind === 'failed') return tls
      for (const problem of tls.problems) log.warning(problem)
      if (credential.kind === 'none') log.warning(`no credential for ${origin}: ${credential.problem}`)
      else log.info(`${origin} is called with the ${credential.kind} in ${credential.file}`)
      if (credential.kind === 'token') {
        headers.authorization = `Bearer ${credential.token}`
        headers.origin = credential.origin
      }
      replace({ headers, pool: poolOptions(createConnector(connectTimeout, tls.contexts)) })
    }
    version = files.version
    madeAt = Date.now()
    return { kind: 'open' }
  }

  function poolOptions(connect: Connector): PoolClass.Options {
    return {
      connections: mostConnections,
      allowH2: false,
      maxResponseSize: largestAnswer,
      // The call's own deadline is the only clock.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect,
    }
  }

  /** The old pool closes its connections once the calls on it have ended. */
  function replace(settings: Settings): Line {
    line?.pool.close().catch(() => undefined)
    const fresh: Line = { pool: new Pool(origin, settings.pool), settings, connected: 0 }
    fresh.pool.on('connect', () => {
      fresh.connected += 1
    })
    line = fresh
    return fresh
  }

  async function sendOver(used: Line, request: HttpRequest, signal: AbortSignal): Promise<Reply> {
    const { connected } = used
    const call = { ...request, headers: { ...used.settings.headers, ...request.headers } }
    const first = await exchange(used.pool, call, signal)
    if (!first.droppedUnread || used.connected > connected || closed || request.once === true) return first.reply
    // The server closed a kept connection just when we used it, most likely before it read the request. It may have read
    // it: what would then be done twice is never repeated.
    log.info(`${origin} had closed the kept connection; the call is repeated on a fresh one`)
    const fresh = line === undefined || line === used ? replace(used.settings) : line
    return (await exchange(fresh.pool, call, signal)).reply
  }

  return {
    async send(request, signal) {
      opening ??= open().finally(() => {
        opening = undefined
      })
      const opened = await beforeAbort(opening, signal)
      if (opened === undefined) return { kind: 'none', text: abortText(signal) }
      if (opened.kind === 'failed') return { kind: 'none', text: opened.text }
      if (line === undefined || closed) return { kind: 'none', text: 'the channel is closed' }
      return sendOver(line, request, signal)
    },

    async close() {
      closed = true
      await line?.pool.destroy()
    },
  }
}

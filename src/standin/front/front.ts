import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { type DialectAnswer, type DialectName, type DialectRequest, forbidden, type Understood } from '../dialect.ts'
import { isLegacyPath, readLegacy } from '../legacy/dialect.ts'
import type { Caller } from '../model/caller.ts'
import type { Panda } from '../model/panda.ts'
import { isV1Path, readV1 } from '../v1/dialect.ts'
import { type Fault, type FaultScript, spoil, wasPerformed } from './faults.ts'
import { type IdentityRules, identify, type TokenGrant } from './identity.ts'
import { isStaticPath, sendStatic } from './static-files.ts'

/** One answered call, for tests and for whoever watches. */
export interface ObservedCall {
  readonly dialect: DialectName
  readonly name: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** The answer the server gave, even when a fault kept it from the client; null when it was not performed. */
  readonly answer: DialectAnswer | null
  readonly fault: Fault | null
}

export interface FrontOptions {
  readonly panda: Panda
  /** Milliseconds since 1970; the real time unless a test steers it. */
  readonly now?: () => number
  /** 0 or nothing: any free port. */
  readonly port?: number
  /** Address to listen on; this machine only unless named. */
  readonly host?: string
  /** A dialect left out answers 403 like a server that does not have it. Both unless named. */
  readonly dialects?: readonly DialectName[]
  readonly trustPlainHttp?: boolean
  /** PEM texts; with them the front speaks HTTPS only. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Ask for a client certificate (never rejected). True unless named. */
  readonly requestClientCert?: boolean
  /** Which DNs are configured as production. All unless named. */
  readonly production?: (dn: string) => boolean
  readonly tokens?: ReadonlyMap<string, TokenGrant>
  /** Serves GET /trf/… and /cache/… from here. */
  readonly staticDir?: string
  readonly onRequest?: (call: ObservedCall) => void
  readonly faults?: FaultScript
  /** Bytes; a larger body ends the connection with 413. */
  readonly bodyLimit?: number
}

export interface Front {
  readonly port: number
  readonly url: string
  /** Ends at once: idle, waiting and half-sent connections are cut. */
  readonly close: () => Promise<void>
}

const standardBodyLimit = 64 * 1024 * 1024
/** A client that does not finish its request within this time is cut off. */
const requestTimeoutMs = 60_000

/** Opens the server's door on a socket. Rejects when the port cannot be taken. */
export async function openFront(options: FrontOptions): Promise<Front> {
  const handle = requestHandler(options)
  const server =
    options.tls === undefined
      ? createServer(handle)
      : createTlsServer(
          { ...options.tls, requestCert: options.requestClientCert ?? true, rejectUnauthorized: false },
          handle,
        )
  server.requestTimeout = requestTimeoutMs
  // The server's own list knows no connection whose TLS handshake is unfinished.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // Broken requests and handshakes are the client's loss only.
  server.on('clientError', (_, socket) => socket.destroy())
  server.on('tlsClientError', () => {})
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const name = host === '127.0.0.1' ? 'localhost' : host
  return {
    port,
    url: `${options.tls === undefined ? 'http' : 'https'}://${name}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function requestHandler(options: FrontOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const rules: IdentityRules = {
    trustPlainHttp: options.trustPlainHttp ?? false,
    production: options.production ?? (() => true),
    tokens: options.tokens ?? new Map(),
  }
  const dialects = options.dialects ?? ['legacy', 'v1']
  const counts = new Map<string, number>()
  let total = 0

  return (request, response) => {
    response.on('error', () => {})
    answer(request, response).catch(() => response.destroy())
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', ...rest] = (request.url ?? '/').split('?')
    const query = rest.join('?')
    if (isStaticPath(path) && options.staticDir !== undefined) return sendStatic(response, options.staticDir, path)
    const body = await readBody(request, options.bodyLimit ?? standardBodyLimit)
    if (body === null) {
      response.writeHead(413, { 'Content-Type': 'text/plain', Connection: 'close' })
      response.end('Request Entity Too Large')
      return
    }
    const identity = identify(request, rules)
    if (identity.kind === 'token refused') {
      const text = `ERROR : Token authentication failed. ${identity.why}`
      return reply(response, { status: 403, contentType: 'text/plain', body: text })
    }
    const dialect = isLegacyPath(path) ? 'legacy' : isV1Path(path) ? 'v1' : null
    if (dialect === null || !dialects.includes(dialect)) return reply(response, forbidden(path))
    const asked = describe(request, path, query, body, identity.caller)
    const reading = dialect === 'legacy' ? readLegacy(asked) : readV1(asked)
    if (reading.kind === 'answered') return reply(response, reading.answer)
    serve(reading.call, dialect, response)
  }

  function serve(call: Understood, dialect: DialectName, response: ServerResponse): void {
    const { name, parameters } = call
    total += 1
    counts.set(name, (counts.get(name) ?? 0) + 1)
    const numberOfName = counts.get(name) ?? 1
    const fault = options.faults?.({ number: total, numberOfName, dialect, name, parameters }) ?? null
    const answer =
      fault === null || wasPerformed(fault) ? call.perform(options.panda, (options.now ?? Date.now)()) : null
    options.onRequest?.({ dialect, name, parameters, answer, fault })
    const send = (whole: DialectAnswer) => reply(response, whole)
    if (fault !== null) spoil(response, fault, { answer, refuse: call.refuse, send })
    else if (answer !== null) send(answer)
  }
}

function reply(response: ServerResponse, answer: DialectAnswer): void {
  // The real server spells this reason in capitals.
  if (answer.status === 500) response.statusMessage = 'INTERNAL SERVER ERROR'
  response.writeHead(answer.status, { 'Content-Type': answer.contentType })
  response.end(answer.body)
}

function describe(
  request: IncomingMessage,
  path: string,
  query: string,
  body: Uint8Array,
  caller: Caller,
): DialectRequest {
  return {
    verb: request.method ?? 'GET',
    path,
    query,
    contentType: request.headers['content-type'] ?? null,
    contentEncoding: request.headers['content-encoding'] ?? null,
    accept: request.headers.accept ?? null,
    body,
    caller,
  }
}

/**
 * The body, or null when it is larger than the limit. Without Content-Length the real server reads nothing
 * (contracts/panda-server.md 1.1), so a chunked body counts as empty.
 */
async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return null
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) return null
    chunks.push(chunk)
  }
  return request.headers['content-length'] === undefined ? new Uint8Array() : Buffer.concat(chunks)
}

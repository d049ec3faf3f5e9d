import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { gunzipSync } from 'node:zlib'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** As it came. */
  readonly raw: Buffer
  /** Unpacked if it was gzip. */
  readonly body: string
  /** Subject CN of the client's certificate. */
  readonly client: string | undefined
  readonly response: ServerResponse
  readonly socket: Socket
}

export interface WebServer {
  readonly url: string
  readonly port: number
  readonly received: ReceivedRequest[]
  /** Connections so far. */
  readonly connections: number
  /** Those of them that went on with the TLS session of an earlier one. */
  readonly resumed: number
  /** Closes what is open; the server goes on. */
  drop(): void
  close(): Promise<void>
}

/** What a handler answers: the body of a 200, or all of it; undefined = the handler did it, or nothing comes. */
export type Answer = string | { readonly status: number; readonly body: string } | undefined

export type Handler = (request: ReceivedRequest) => Answer

/** A server on loopback; with `tls` an HTTPS one that asks for a certificate but needs none, as the real one does. */
export async function startWebServer(handler: Handler, tls?: ServerOptions, host = '127.0.0.1'): Promise<WebServer> {
  const received: ReceivedRequest[] = []
  let connections = 0
  let resumed = 0

  const listener = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    const { pathname, searchParams } = new URL(message.url ?? '/', 'http://localhost')
    const request: ReceivedRequest = {
      method: message.method ?? '',
      path: pathname,
      query: searchParams,
      headers: message.headers,
      raw,
      body: (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString('utf8'),
      client: tls && String((message.socket as TLSSocket).getPeerCertificate().subject?.CN ?? ''),
      response,
      socket: message.socket,
    }
    received.push(request)
    const answer = handler(request)
    if (answer === undefined) return
    const { status, body } = typeof answer === 'string' ? { status: 200, body: answer } : answer
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body)
  }
  const server = tls
    ? createSecureServer({ requestCert: true, rejectUnauthorized: false, ...tls }, listener)
    : createServer(listener)
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections += 1
    if (socket instanceof TLSSocket && socket.isSessionReused()) resumed += 1
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    received,
    get connections() {
      return connections
    },
    get resumed() {
      return resumed
    },
    drop: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

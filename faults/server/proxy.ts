import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import type { CertificatePair } from '../../src/standin/certificate.ts'
import type { DialectName } from '../../src/standin/dialect.ts'
import { askServer, bytesOf, type Framing } from './answer.ts'
import { callOf, type JobCall, type WireRequest } from './calls.ts'
import type { AnswerFault } from './faults.ts'

export interface ProxyOptions {
  /** Port of the server behind it, plain HTTP. */
  readonly upstream: number
  readonly dialect: DialectName
  /** With a certificate the proxy speaks TLS. */
  readonly certificate?: CertificatePair | undefined
  readonly framing?: Framing
  /** What goes wrong with the answer to this call; undefined: nothing. */
  faultFor(call: JobCall): AnswerFault | undefined
  /** The whole answer to a call was sent. */
  answered?(call: JobCall): void
}

/** Stands between a pilot and its server, on loopback. */
export interface ChaosProxy extends AsyncDisposable {
  readonly port: number
  /** Nobody listens any more, and every connection is gone. */
  refuse(): Promise<void>
  /** Listens again on the same port. */
  listen(): Promise<void>
  /** From the next connection on; the kept ones are gone. */
  show(certificate: CertificatePair): void
  dropConnections(): void
}

export async function openProxy(options: ProxyOptions): Promise<ChaosProxy> {
  const { upstream, dialect, certificate, framing = 'length' } = options
  /** As they were accepted, also those whose handshake is unfinished; and those that can be written to. */
  const [accepted, serving] = [new Set<Socket>(), new Set<Socket>()]
  let server: Server | TlsServer
  let port = 0
  let shown = certificate

  async function answer(socket: Socket, request: WireRequest): Promise<void> {
    const call = callOf(request, dialect)
    const fault = call === undefined ? undefined : options.faultFor(call)
    if (fault !== undefined && !fault.performed) return fault.spoil(socket, nothing)
    const whole = await askServer(upstream, request)
    if (fault !== undefined) fault.spoil(socket, whole)
    else {
      const bytes = bytesOf(whole, framing)
      if (framing === 'closed') socket.end(bytes)
      else socket.write(bytes)
    }
    if (call !== undefined && (fault === undefined || fault.harmless === true)) options.answered?.(call)
  }

  function serve(socket: Socket): void {
    let received = Buffer.alloc(0)
    let answering = Promise.resolve()
    hold(serving, socket)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      for (let next = takeRequest(received); next !== undefined; next = takeRequest(received)) {
        const { request } = next
        received = next.rest
        answering = answering.then(() => answer(socket, request)).catch(() => void socket.destroy())
      }
    })
  }

  async function listen(): Promise<void> {
    server = shown === undefined ? createServer(serve) : createTlsServer(shown, serve)
    server.on('tlsClientError', () => {})
    server.on('connection', (socket: Socket) => hold(accepted, socket))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
    await promise
    port = (server.address() as AddressInfo).port
  }

  async function refuse(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    server.close(() => resolve())
    dropConnections()
    await promise
  }

  /** What was written still arrives. */
  function dropConnections(): void {
    for (const socket of serving) socket.end(() => socket.destroy())
  }

  await listen()
  return {
    port,
    refuse,
    listen,
    dropConnections,
    show(pair) {
      shown = pair
      if ('setSecureContext' in server) server.setSecureContext(pair)
      dropConnections()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy()
      await refuse()
    },
  }
}

function hold(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

const nothing = { status: 0, reason: '', contentType: '', body: Buffer.alloc(0) }

/** The first whole request of what was received, and what follows it. */
function takeRequest(
  received: Buffer,
): { readonly request: WireRequest; readonly rest: Buffer<ArrayBuffer> } | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = received.toString('latin1', 0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const [method = '', path = ''] = first.split(' ')
  const bodyEnd = end + 4 + Number(headers['content-length'] ?? 0)
  if (received.length < bodyEnd) return undefined
  const body = received.subarray(end + 4, bodyEnd)
  return { request: { method, path, headers, body }, rest: Buffer.from(received.subarray(bodyEnd)) }
}

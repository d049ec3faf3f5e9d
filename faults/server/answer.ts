import { request as httpRequest } from 'node:http'
import type { WireRequest } from './calls.ts'

export interface WireAnswer {
  readonly status: number
  readonly reason: string
  readonly contentType: string
  readonly body: Buffer
}

/** How the end of a body is told. */
export type Framing = 'length' | 'chunked' | 'closed'
export const framings = ['length', 'chunked', 'closed'] as const satisfies readonly Framing[]

/** Asks the server behind the proxy; resolves to its whole answer. */
export function askServer(port: number, { method, path, headers, body }: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          contentType: response.headers['content-type'] ?? 'text/plain',
          body: Buffer.concat(chunks),
        }),
      )
    })
    asked.once('error', reject)
    asked.end(body)
  })
}

/** An answer as bytes. `date`: what the server says the time is, ms since the epoch. */
export function bytesOf(answer: WireAnswer, framing: Framing = 'length', date = Date.now()): Buffer {
  const { status, reason, contentType, body } = answer
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    `Date: ${new Date(date).toUTCString()}`,
    'Server: Apache/2.4.57',
    `Content-Type: ${contentType}`,
  ]
  switch (framing) {
    case 'length':
      return joined([...head, `Content-Length: ${body.length}`], body)
    case 'chunked': {
      const half = body.length >> 1
      const chunks = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0)
      const framed = chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, lineEnd])
      return joined([...head, 'Transfer-Encoding: chunked'], Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]))
    }
    case 'closed':
      return joined([...head, 'Connection: close'], body)
  }
}

const lineEnd = Buffer.from('\r\n')

function joined(head: readonly string[], body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

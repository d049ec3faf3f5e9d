import { request } from 'node:http'
import { connect } from 'node:net'
import type { Front } from '../../src/standin/front/front.ts'

/** One request without any client's cleverness; null as body sends a GET. Rejects when no whole answer comes. */
export function exchange(
  front: Front,
  path: string,
  body: string | Buffer | null,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'Content-Length': Buffer.byteLength(body) }
    const options = { port: front.port, host: '127.0.0.1', path, agent: false, headers: { ...headers, ...length } }
    const sent = request({ ...options, method: body === null ? 'GET' : 'POST' }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    })
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })
}

/** A legacy form. */
export function post(front: Front, path: string, form: string): Promise<{ status: number; body: string }> {
  return exchange(front, path, form, { 'Content-Type': 'application/x-www-form-urlencoded' })
}

/** Sends bytes as they are and reads until the server ends the connection. */
export function rawAnswer(front: Front, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(front.port, '127.0.0.1')
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
    socket.write(bytes, 'latin1')
  })
}

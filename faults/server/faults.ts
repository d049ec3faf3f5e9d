import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { bytesOf, type WireAnswer } from './answer.ts'

/** What becomes of the answer to a call that arrived. */
export interface AnswerFault {
  readonly kind: 'answer'
  readonly name: string
  /** Whether the server hears the call and does it. */
  readonly performed: boolean
  /** The answer reaches the pilot whole all the same. */
  readonly harmless?: boolean
  spoil(socket: Socket, answer: WireAnswer): void
}

/** What keeps calls from arriving, for a while. */
export interface OutageFault {
  readonly kind: 'outage'
  readonly name: 'refuse' | 'wrong certificate' | 'expired certificate' | 'DNS gone'
}

export type Fault = AnswerFault | OutageFault

const year = 365 * 86_400_000

const page =
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head><title>502 Proxy Error</title></head><body>' +
  '<h1>Proxy Error</h1><p>The proxy server received an invalid response from an upstream server.</p></body></html>\n'

const exception: WireAnswer = {
  status: 500,
  reason: 'INTERNAL SERVER ERROR',
  contentType: 'text/plain',
  body: Buffer.from('Traceback (most recent call last): ORA-03113: end-of-file on communication channel'),
}
const badGateway: WireAnswer = {
  status: 502,
  reason: 'Bad Gateway',
  contentType: 'text/html; charset=iso-8859-1',
  body: Buffer.from(page),
}

/** The answer is cut where `at` says, given its length, and the connection ends in order. */
export function cut(name: string, at: (length: number) => number): AnswerFault {
  return {
    kind: 'answer',
    name,
    performed: true,
    spoil(socket, answer) {
      const bytes = bytesOf(answer)
      socket.end(bytes.subarray(0, Math.min(bytes.length - 1, at(bytes.length))))
    },
  }
}

function instead(name: string, performed: boolean, answer: WireAnswer): AnswerFault {
  return { kind: 'answer', name, performed, spoil: (socket) => void socket.write(bytesOf(answer)) }
}

function dated(name: string, off: number): AnswerFault {
  const spoil = (socket: Socket, answer: WireAnswer) => void socket.write(bytesOf(answer, 'length', Date.now() + off))
  return { kind: 'answer', name, performed: true, harmless: true, spoil }
}

const whether = [
  ['unheard', false],
  ['done', true],
] as const

/** Every way in which an answer goes wrong. `unheard`: the server never got the call; `done`: it did what was asked. */
export const answerFaults: readonly AnswerFault[] = [
  ...whether.map(
    ([word, performed]): AnswerFault => ({ kind: 'answer', name: `blackhole, ${word}`, performed, spoil() {} }),
  ),
  { kind: 'answer', name: 'slow drip', performed: true, spoil: (socket, answer) => drip(socket, answer, 1, 25) },
  { kind: 'answer', name: 'drip, then RST', performed: true, spoil: dripThenReset },
  cut('cut in the head', (length) => Math.min(30, length)),
  cut('cut in the body', (length) => length - 20),
  cut('cut before the last byte', (length) => length - 1),
  ...whether.map(
    ([word, performed]): AnswerFault => ({
      kind: 'answer',
      name: `RST, ${word}`,
      performed,
      spoil: (socket) => void socket.resetAndDestroy(),
    }),
  ),
  ...whether.map(([word, performed]) => instead(`500, ${word}`, performed, exception)),
  ...whether.map(([word, performed]) => instead(`502 page, ${word}`, performed, badGateway)),
  { kind: 'answer', name: 'gzip garbage', performed: true, spoil: gzipGarbage },
  { kind: 'answer', name: '1 GB body', performed: true, spoil: (socket) => gigabyte(socket) },
  dated('clock off, ten years ahead', 10 * year),
  dated('clock off, thirty years behind', -30 * year),
]

/** Faults of the way to the server. */
export const outageFaults: readonly OutageFault[] = [
  { kind: 'outage', name: 'refuse' },
  { kind: 'outage', name: 'wrong certificate' },
  { kind: 'outage', name: 'expired certificate' },
  { kind: 'outage', name: 'DNS gone' },
]

/** So many bytes at a time; the last one is never sent. */
function drip(socket: Socket, answer: WireAnswer, bytes: number, ms: number, atEnd?: () => void): void {
  const whole = bytesOf(answer)
  let sent = 0
  const timer = setInterval(() => {
    const next = Math.min(whole.length - 1, sent + bytes)
    socket.write(whole.subarray(sent, next))
    sent = next
    if (sent < whole.length - 1 || atEnd === undefined) return
    clearInterval(timer)
    atEnd()
  }, ms)
  socket.once('close', () => clearInterval(timer))
}

function dripThenReset(socket: Socket, answer: WireAnswer): void {
  drip(socket, answer, 8, 5, () => socket.resetAndDestroy())
}

/** The head promises gzip, the body only begins like it. */
function gzipGarbage(socket: Socket): void {
  const body = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), randomBytes(4096)])
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`
  socket.write(Buffer.concat([Buffer.from(head), body]))
}

const block = Buffer.alloc(1 << 18, ' ')

/** An answer that begins like JSON and does not come to its end before 2^30 bytes. */
function gigabyte(socket: Socket): void {
  let left = 1 << 30
  socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${left + 1}\r\n\r\n{`)
  const fill = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= block.length
      if (!socket.write(block)) return void socket.once('drain', fill)
    }
  }
  fill()
}

import type { ServerResponse } from 'node:http'
import type { DialectAnswer, DialectName } from '../dialect.ts'

/** What a fault script sees of a call. */
interface FaultyCall {
  /** Counts all understood calls from 1. */
  readonly number: number
  /** Counts the calls of this name from 1. */
  readonly numberOfName: number
  readonly dialect: DialectName
  /** `getJob` or `pilot/acquire_jobs`. */
  readonly name: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/**
 * What goes wrong with one call. `performed` tells whether the server did what was asked before it failed to say so:
 * the lost answer, or the lost question.
 */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string; readonly performed?: boolean }
  /** A proxy's or web server's page with status 200 or another. */
  | { readonly kind: 'html'; readonly status?: number; readonly performed?: boolean }
  /** The right headers, the first half of the body, then the connection is gone. Performed. */
  | { readonly kind: 'half' }
  /** No answer, the connection stays open until the client gives up or the front closes. */
  | { readonly kind: 'silence'; readonly performed?: boolean }
  /** The connection is gone without an answer. */
  | { readonly kind: 'reset'; readonly performed?: boolean }
  /** The dialect's answer with this StatusCode. Not performed. */
  | { readonly kind: 'code'; readonly code: 10 | 30 }
  /** Performed and answered, this many milliseconds late. */
  | { readonly kind: 'late'; readonly delayMs: number }

/** Decides about each call; undefined: nothing goes wrong. */
export type FaultScript = (call: FaultyCall) => Fault | undefined

const page =
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head><title>503 Service Unavailable</title></head>' +
  '<body><h1>Service Unavailable</h1></body></html>\n'

/** Whether the server did the call although the client will not learn it. */
export function wasPerformed(fault: Fault): boolean {
  if (fault.kind === 'half' || fault.kind === 'late') return true
  return fault.kind !== 'code' && (fault.performed ?? false)
}

/** What there is to spoil. */
interface Spoilable {
  /** The answer that should have been sent; null when nothing was performed. */
  readonly answer: DialectAnswer | null
  readonly refuse: (code: number) => DialectAnswer
  readonly send: (answer: DialectAnswer) => void
}

/** Makes one fault happen on the wire. */
export function spoil(response: ServerResponse, fault: Fault, { answer, refuse, send }: Spoilable): void {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, { 'Content-Type': 'text/plain' })
      response.end(fault.body ?? 'internal server error')
      return
    case 'html':
      response.writeHead(fault.status ?? 200, { 'Content-Type': 'text/html' })
      response.end(page)
      return
    case 'half': {
      const bytes = Buffer.from(answer?.body ?? '')
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': bytes.length })
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
      return
    }
    case 'code':
      send(refuse(fault.code))
      return
    case 'late':
      if (answer !== null) setTimeout(() => send(answer), fault.delayMs).unref()
      return
    case 'silence':
      return
    case 'reset':
      response.destroy()
  }
}

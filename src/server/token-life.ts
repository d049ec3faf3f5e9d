import * as z from 'zod/mini'
import type { Life } from './certificate-life.ts'
import { parseJson } from './json.ts'

/** Seconds since the epoch, perhaps fractional (RFC 7519 4.1.4, 4.1.5). */
const seconds = z.optional(z.catch(z.optional(z.number()), undefined))
const claims = z.object({ exp: seconds, nbf: seconds, sub: z.optional(z.catch(z.optional(z.string()), undefined)) })

/**
 * The life of a bearer token by its own words; nothing is verified, that is the server's work. A token that is no JWT
 * is opaque to us and says nothing.
 */
export function tokenLife(token: string): Life {
  const [, payload = ''] = token.split('.')
  const read = claims.safeParse(parseJson(Buffer.from(payload, 'base64url').toString()))
  if (!read.success) return { subject: 'opaque token', validFrom: undefined, validUntil: undefined }
  const { exp, nbf, sub } = read.data
  return { subject: sub ?? 'token', validFrom: milliseconds(nbf), validUntil: milliseconds(exp) }
}

function milliseconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : time * 1000
}

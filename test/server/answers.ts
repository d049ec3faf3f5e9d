import type { Reply } from '../../src/server/exchange.ts'

/** An answer as the channel hands it on. */
export function reply(body: string | Uint8Array, status = 200): Reply {
  return { kind: 'answer', status, body: Buffer.from(body as string) }
}

export function v1Reply(success: unknown, message: string, data: unknown = null): Reply {
  return reply(JSON.stringify({ success, message, data }))
}

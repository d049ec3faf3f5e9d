import type { Dialect, WireCall } from './dialect.ts'
import type { Reply } from './exchange.ts'
import { legacyDialect } from './legacy-dialect.ts'
import { v1Dialect } from './v1-dialect.ts'
import { glimpsed } from './verdict.ts'

export type Probed =
  | { readonly kind: 'dialect'; readonly dialect: Dialect }
  | { readonly kind: 'undecided'; readonly text: string }

/** Sends one call as the dialect writes it. */
export type Send = (dialect: Dialect, call: WireCall) => Promise<Reply>

/**
 * Asks the server which dialect it speaks (contracts/panda-server.md 0): v1 where it is alive, else legacy. A server
 * that does not answer, or is in trouble, stays undecided.
 */
export async function probeDialect(send: Send): Promise<Probed> {
  const v1 = await send(v1Dialect, v1Dialect.alive)
  if (v1Dialect.isAlive(v1)) return { kind: 'dialect', dialect: v1Dialect }
  if (v1.kind === 'none' || v1.status >= 500) return { kind: 'undecided', text: told(v1) }
  const legacy = await send(legacyDialect, legacyDialect.alive)
  if (legacyDialect.isAlive(legacy)) return { kind: 'dialect', dialect: legacyDialect }
  return { kind: 'undecided', text: `it speaks neither v1 (${told(v1)}) nor legacy (${told(legacy)})` }
}

function told(reply: Reply): string {
  if (reply.kind === 'none') return reply.text
  return `HTTP ${reply.status} ${glimpsed(reply.body.toString('utf8', 0, 400))}`
}

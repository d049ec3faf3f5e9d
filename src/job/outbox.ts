import type { JobUpdate } from './update.ts'

/** A message about a job that the server has not acknowledged yet. Ids rise from 1 within a job. */
export interface Outgoing {
  readonly id: number
  readonly update: JobUpdate
}

export interface Outbox {
  readonly nextId: number
  readonly waiting: readonly Outgoing[]
}

export const emptyOutbox: Outbox = { nextId: 1, waiting: [] }

/**
 * Adds a message. A newer heartbeat takes the place of one still waiting, a final takes the place of all heartbeats;
 * a final is never replaced, and nothing follows it. The first message a server hears stays `starting`
 * (contracts/panda-server.md 5.2) unless it is final.
 */
export function enqueue(outbox: Outbox, update: JobUpdate): Outbox {
  if (outbox.waiting.some((message) => message.update.final !== undefined)) return outbox
  const unheard = outbox.waiting.find((message) => message.update.state === 'starting')
  const state = unheard !== undefined && update.final === undefined ? 'starting' : update.state
  return { nextId: outbox.nextId + 1, waiting: [{ id: outbox.nextId, update: { ...update, state } }] }
}

/** Takes an acknowledged message out; one that was replaced meanwhile is not there any more. */
export function acknowledge(outbox: Outbox, id: number): Outbox {
  return { ...outbox, waiting: outbox.waiting.filter((message) => message.id !== id) }
}

/** The message to send next. */
export function next(outbox: Outbox): Outgoing | undefined {
  return outbox.waiting[0]
}

/** What was left over from an earlier life, joined by what came since; ids go on rising. */
export function merge(left: Outbox, since: Outbox): Outbox {
  let joined = left
  for (const { update } of since.waiting) joined = enqueue(joined, update)
  return joined
}

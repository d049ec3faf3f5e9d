import type { JobUpdate } from './update.ts'

/** A message about a job that the server has not acknowledged yet. Ids rise from 1 within a job. */
export interface Outgoing {
  readonly id: number
  readonly update: JobUpdate
}

export interface Outbox {
  /** The server has acknowledged a message of this job. */
  readonly heard: boolean
  readonly nextId: number
  readonly waiting: readonly Outgoing[]
}

export const emptyOutbox: Outbox = { heard: false, nextId: 1, waiting: [] }

/**
 * Adds a message. A newer heartbeat takes the place of one still waiting, a final takes the place of all heartbeats;
 * a final is never replaced, and nothing follows it.
 */
export function enqueue(outbox: Outbox, update: JobUpdate): Outbox {
  if (outbox.waiting.some((message) => message.update.final !== undefined)) return outbox
  return { ...outbox, nextId: outbox.nextId + 1, waiting: [{ id: outbox.nextId, update }] }
}

/**
 * Takes an acknowledged message out; one that was replaced meanwhile is not there any more. One that went out disguised
 * as `starting` stays: its own state was not heard yet.
 */
export function acknowledge(outbox: Outbox, id: number): Outbox {
  const sent = outbox.waiting.find((message) => message.id === id)
  const wasDisguised = sent !== undefined && next(outbox)?.update.state !== sent.update.state
  return wasDisguised ? { ...outbox, heard: true } : { ...withdraw(outbox, id), heard: true }
}

/** Takes a message out that the server refused for good: it was not heard. */
export function withdraw(outbox: Outbox, id: number): Outbox {
  return { ...outbox, waiting: outbox.waiting.filter((message) => message.id !== id) }
}

/** The message to send next. The first a server hears is `starting` (contracts/panda-server.md 5.2), unless it is final. */
export function next({ heard, waiting: [message] }: Outbox): Outgoing | undefined {
  if (message === undefined || heard || message.update.final !== undefined) return message
  return { ...message, update: { ...message.update, state: 'starting' } }
}

/** What was left over from an earlier life, joined by what came since; ids go on rising. */
export function merge(left: Outbox, since: Outbox): Outbox {
  let joined = left
  for (const { update } of since.waiting) joined = enqueue(joined, update)
  return joined
}

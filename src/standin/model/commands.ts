import { record } from './history.ts'
import type { Job } from './job.ts'
import type { Panda } from './panda.ts'
import { settle } from './settle.ts'

const longestCommand = 250

/** What the pilot hears back (contracts/panda-server.md 5.4). `NULL` is a text, as on the wire. */
export interface BackChannel {
  readonly command: string
  /** JSON text, present whenever the command contains `debug`. */
  readonly pilotSecrets: string | null
}

export function backChannel(job: Job): BackChannel {
  const words = [...(job.debug ? ['debug'] : []), ...(job.command === null ? [] : [job.command])]
  const command = words.length === 0 ? 'NULL' : words.join(',')
  return { command, pilotSecrets: command.includes('debug') ? job.pilotSecrets : null }
}

/** Stores a command for the pilot of an active job; it is sent with every answer until another takes its place. */
export function setCommand(
  panda: Panda,
  now: number,
  PandaID: number,
  command: string,
): { readonly accepted: boolean; readonly text: string } {
  const job = panda.jobs.get(PandaID)
  const answer = (accepted: boolean, text: string) => {
    if (job !== undefined) note(panda, now, job, 'command', command, text)
    return { accepted, text }
  }
  if (command.length > longestCommand) {
    return answer(false, `command string too long. must be less than ${longestCommand} chars`)
  }
  if (job === undefined || job.archived) return answer(false, `no active job with PandaID=${PandaID}`)
  if (job.command === 'tobekilled') return answer(false, 'job is being killed')
  job.command = command
  return answer(true, 'command received')
}

/** Takes the stored command away. Only tests and tools do that; the server has no such call. */
export function clearCommand(panda: Panda, PandaID: number): void {
  const job = panda.jobs.get(PandaID)
  if (job !== undefined) job.command = null
}

/** Switches debug mode. `changed` is false where it was set like that already. */
export function setDebug(
  panda: Panda,
  now: number,
  PandaID: number,
  on: boolean,
): { readonly kind: 'changed' | 'already' | 'unknown'; readonly text: string } {
  const job = panda.jobs.get(PandaID)
  if (job === undefined || job.archived) return { kind: 'unknown', text: `Job not found in DB with PandaID=${PandaID}` }
  if (job.debug === on) return { kind: 'already', text: 'Already set accordingly' }
  job.debug = on
  note(panda, now, job, 'debug', String(on), 'Succeeded')
  return { kind: 'changed', text: 'Succeeded' }
}

/**
 * Somebody kills the job. One that does not run yet is gone at once, a running one gets `tobekilled` stored, and its
 * final `failed` will become `cancelled` (contracts/panda-server.md 12).
 */
export function killJob(panda: Panda, now: number, PandaID: number): void {
  const job = panda.jobs.get(PandaID)
  if (job === undefined || job.archived) return
  if (job.state === 'activated' || job.state === 'sent' || job.state === 'starting') {
    settle(panda, now, job, 'cancelled', 'kill', 'killed before it ran')
    return
  }
  job.command = 'tobekilled'
  note(panda, now, job, 'kill', null, 'tobekilled')
}

function note(
  panda: Panda,
  now: number,
  job: Job,
  call: 'command' | 'debug' | 'kill',
  asked: string | null,
  answer: string,
): void {
  record(panda, { at: now, call, PandaID: job.PandaID, asked, before: job.state, after: job.state, answer })
}

import type { ServerCommand } from './commands.ts'
import { type JobIdentity, jobKey } from './ids.ts'
import { type Phase, phases } from './phases.ts'

/** What a command makes the job do. */
export type CommandEffect =
  /** The job ends as failed with 1144 (PANDAKILL). */
  | { readonly do: 'kill' }
  /** The event service takes no more ranges and lets the payload finish those it has. */
  | { readonly do: 'pass to payload' }
  | { readonly do: 'debug on' }
  | { readonly do: 'debug off' }
  | { readonly do: 'keep directory' }
  /** A debug command: its outcome takes the place of the log's tail in the next heartbeat. */
  | { readonly do: 'run and send' }
  /** No command: the message counts as accepted. */
  | { readonly do: 'accept' }
  /** `why` ends the sentence "ignored: …" in the log. */
  | { readonly do: 'ignore'; readonly why: string }

type Row = Readonly<Record<Phase, CommandEffect>>

const kill: CommandEffect = { do: 'kill' }
const pass: CommandEffect = { do: 'pass to payload' }
const debugOn: CommandEffect = { do: 'debug on' }
const debugOff: CommandEffect = { do: 'debug off' }
const keep: CommandEffect = { do: 'keep directory' }
const run: CommandEffect = { do: 'run and send' }
const accept: CommandEffect = { do: 'accept' }

const outcomeStands = ignore('the outcome of the job is written, and written once')
const noPayloadYet = ignore('no payload takes event ranges yet; the server repeats it')
const payloadEnded = ignore('the payload has ended')
const noMoreHeartbeats = ignore('no heartbeat follows that could carry an answer')
const nothingWaits = ignore('the final update was accepted before')
const directoryGoes = ignore('the job directory is removed already')
const notKnown = ignore('it is not a command the pilot knows')

/**
 * What each command of the server does in each phase of a job (contracts/panda-server.md 5.4). A command for the payload
 * that comes too early may be ignored: the server repeats what it has stored with every answer.
 */
export const commandTable: Readonly<Record<ServerCommand['name'], Row>> = {
  tobekilled: before('reporting', kill, outcomeStands),
  softkill: { ...before('payload', noPayloadYet, payloadEnded), payload: pass },
  debug: before('reporting', debugOn, noMoreHeartbeats),
  debugoff: before('reporting', debugOff, noMoreHeartbeats),
  nocleanup: before('cleaning', keep, directoryGoes),
  alreadydone: before('cleaning', accept, nothingWaits),
  'debug-command': before('reporting', run, noMoreHeartbeats),
  unknown: before('preparing', notKnown, notKnown),
}

/** A job that hears a command: which one it is, and where it is in its life. */
export interface Hearer {
  readonly job: JobIdentity
  readonly phase: Phase
}

export interface Obeyed {
  readonly command: ServerCommand
  readonly effect: CommandEffect
}

/**
 * What to do with the commands of one answer, each once, in their order. `meant`: the job and attempt of the update that
 * was answered; commands for another are ignored (an answer may arrive when the next attempt already runs). Beside a
 * `tobekilled` no debug command is run (contracts/pilot-core.md 3.4).
 */
export function obey(commands: readonly ServerCommand[], meant: JobIdentity, hearer: Hearer): readonly Obeyed[] {
  const once = commands.filter((command, at) => commands.findIndex((other) => isSame(command, other)) === at)
  const killed = once.some(({ name }) => name === 'tobekilled')
  const effectOf = (command: ServerCommand): CommandEffect => {
    if (jobKey(meant) !== jobKey(hearer.job)) return ignore(`it is for ${jobKey(meant)}, this is ${jobKey(hearer.job)}`)
    if (killed && command.name === 'debug-command') return ignore('it came with "tobekilled"')
    return commandTable[command.name][hearer.phase]
  }
  return once.map((command) => ({ command, effect: effectOf(command) }))
}

function isSame(a: ServerCommand, b: ServerCommand): boolean {
  return a.name === b.name && ('text' in a ? a.text : '') === ('text' in b ? b.text : '')
}

function ignore(why: string): CommandEffect {
  return { do: 'ignore', why }
}

/** One effect in the phases before `phase`, another from there on. */
function before(phase: Phase, early: CommandEffect, late: CommandEffect): Row {
  const start = phases.indexOf(phase)
  return Object.fromEntries(phases.map((name, at) => [name, at < start ? early : late])) as Row
}

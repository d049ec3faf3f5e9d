import type { ServerCommand } from '../../job/commands.ts'
import { parseCommands } from '../../job/commands.ts'
import type { ProcessEnd } from '../../job/process.ts'
import { type StopSignal, signalErrors, signalReason } from '../../job/stop.ts'
import type { ReplayedLife } from './replayed-life.ts'
import { difference } from './same-record.ts'
import type { StepFact } from './step.ts'

export type SupposedFact =
  | { readonly kind: 'payload'; readonly end: ProcessEnd }
  | { readonly kind: 'stop'; readonly signal: StopSignal }
  | { readonly kind: 'command'; readonly commands: readonly ServerCommand[] }
  | { readonly kind: 'transfer'; readonly lfn: string }

/** A fact that happens in place of a step. `text`: as it was written. */
export interface Supposition {
  readonly fact: SupposedFact
  readonly step: number
  readonly text: string
}

export const suppositionForms = [
  'payload.exited:CODE@STEP',
  'payload.signalled:SIGNAL@STEP',
  'payload.lost@STEP',
  'pilot.stop:SIGNAL@STEP',
  'server.says:COMMAND@STEP',
  'transfer.failed:LFN@STEP',
] as const

/** Reads `FACT[:VALUE]@STEP`; undefined when it is none of the forms. */
export function parseSupposition(text: string): Supposition | undefined {
  const { name = '', value, step } = /^(?<name>[a-z.]+)(:(?<value>.+))?@(?<step>[1-9]\d{0,8})$/.exec(text)?.groups ?? {}
  const fact = factOf(name, value)
  return fact && { fact, step: Number(step), text }
}

function factOf(name: string, value: string | undefined): SupposedFact | undefined {
  if (name === 'payload.lost' && value === undefined)
    return { kind: 'payload', end: { kind: 'lost', text: 'supposed to be lost' } }
  if (value === undefined) return undefined
  switch (name) {
    case 'payload.exited':
      return /^\d{1,3}$/.test(value) && Number(value) < 256
        ? { kind: 'payload', end: { kind: 'exited', exitCode: Number(value), cpuSeconds: undefined } }
        : undefined
    case 'payload.signalled':
      return /^SIG[A-Z0-9]+$/.test(value)
        ? { kind: 'payload', end: { kind: 'signalled', signal: value, cpuSeconds: undefined } }
        : undefined
    case 'pilot.stop':
      return Object.hasOwn(signalErrors, value) ? { kind: 'stop', signal: value as StopSignal } : undefined
    case 'server.says': {
      const commands = parseCommands(value)
      return commands.every((command) => command.name !== 'unknown') ? { kind: 'command', commands } : undefined
    }
    case 'transfer.failed':
      return { kind: 'transfer', lfn: value }
    default:
      return undefined
  }
}

/** Lets the fact happen now; the text says why it cannot. */
export async function suppose(life: ReplayedLife, { fact, step }: Supposition): Promise<string | undefined> {
  life.supposed.changed = true
  await life.settled()
  switch (fact.kind) {
    case 'payload': {
      const waiting = life.effects.find('payload-end')
      if (waiting === undefined) return `no payload runs before step ${step}`
      life.supposed.end = fact.end
      waiting.answer(undefined)
      return undefined
    }
    case 'stop':
      life.tell({ type: 'job.stop', reason: signalReason(fact.signal, life.clock.now) })
      return undefined
    case 'command':
      if (life.effects.find('server') === undefined) await life.beat()
      return life.contextOf('reporter') === undefined ? `no report is under way before step ${step}` : undefined
    case 'transfer':
      if (!life.transfersOf(fact.lfn)) return `the job has no file ${fact.lfn}`
      life.supposed.failing.add(fact.lfn)
      return undefined
  }
}

/** Longer than any job of 10,000 files. */
const mostAnswers = 100_000

/**
 * Lets the job run to its end without records to follow: each call is answered by what the records know of it, the server
 * accepts everything, and what nobody knows does not happen.
 */
export async function runOn(
  life: ReplayedLife,
  { fact }: Supposition,
  note: (fact: StepFact) => boolean,
): Promise<void> {
  let commands = fact.kind === 'command' ? fact.commands : []
  for (let nth = 0; nth < mostAnswers; nth += 1) {
    await life.settled()
    const [wanted] = life.gate.wanted
    if (wanted !== undefined) {
      wanted.admit()
      await life.settled()
      const seq = life.memory.life.find(({ record }) => difference(record, wanted.record) === undefined)?.seq
      if (!note({ kind: 'record', seq, record: wanted.record })) return
      continue
    }
    if (life.isClosed) return
    const near = life.effects.find('job') ?? life.effects.find('transfer') ?? life.effects.find('peek')
    const server = life.effects.find('server')
    if (near !== undefined) near.answer(undefined)
    else if (server !== undefined) {
      server.answer({ kind: 'acknowledged', id: 0, commands })
      commands = []
    } else if (!(await endPayload(life)) && !fireNext(life)) return
  }
}

/** The payload ends when it did, unless it was told to before. */
async function endPayload(life: ReplayedLife): Promise<boolean> {
  const waiting = life.effects.find('payload-end')
  if (waiting === undefined) return false
  const ended = life.memory.history.find(({ record }) => record.kind === 'payload-ended')?.at ?? life.clock.now
  if (life.supposed.end === undefined && life.states.payload === 'alive.running') {
    while (life.clock.fireDue(ended)) await life.settled()
  }
  life.effects.find('payload-end')?.answer(undefined)
  return true
}

/** Waits whose length is not recorded never end. */
const farthest = 1e12

function fireNext({ clock }: ReplayedLife): boolean {
  const due = clock.soonest
  return due !== undefined && due - clock.now < farthest && clock.fireDue(due)
}

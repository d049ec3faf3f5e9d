import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { LiveEvent } from '../../src/job/live-event.ts'

type EventOf<Type extends LiveEvent['type']> = Extract<LiveEvent, { readonly type: Type }>

export interface PilotStart {
  readonly launch: string
  readonly options: readonly string[]
  /** Besides the PATH all that the pilot finds. */
  readonly environment: Readonly<Record<string, string>>
}

export interface PilotEnd {
  /** As a shell tells it: 128 + n for a signal. */
  readonly exitCode: number
  /** ms since the epoch. */
  readonly at: number
}

/** A real pilot process and what it tells. */
export interface PilotRun {
  readonly events: readonly LiveEvent[]
  /** The first event of this type that also `fits`, past or to come; rejects at the end of the pilot or the deadline. */
  saw<Type extends LiveEvent['type']>(type: Type, fits?: (event: EventOf<Type>) => boolean): Promise<EventOf<Type>>
  /** Sends a signal to the process that was started, or to its whole group; returns when, in ms since the epoch. */
  signal(name: NodeJS.Signals, to?: 'process' | 'group'): number
  /** Rejects when the pilot does not end in time. */
  ended(): Promise<PilotEnd>
  stdout(): string
  stderr(): string
  kill(): Promise<void>
}

/** ms; more than any pilot here needs on a busy machine, less than a test may take. */
const deadline = 25_000

interface Waiter {
  readonly look: (event: LiveEvent) => void
  readonly giveUp: (why: string) => void
}

/** KILL to the pilot that runs now; what started it lives. */
export function killPilot(pilot: PilotRun): void {
  const pids = [...pilot.stderr().matchAll(/panda-pilot \S+ for queue .* process (\d+)/g)]
  process.kill(Number(pids.at(-1)?.[1]), 'SIGKILL')
}

export function startPilot({ launch, options, environment }: PilotStart): PilotRun {
  const child = spawn(join(import.meta.dirname, '../../bin/pilot'), options, {
    cwd: launch,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that starter and pilot can be ended together.
    detached: true,
  })
  const kill = (): void => signalGroup(child, 'SIGKILL')
  process.once('exit', kill)
  const closed = end(child).finally(() => process.off('exit', kill))

  const events: LiveEvent[] = []
  const waiters = new Set<Waiter>()
  const stdout: string[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout.push(line)
    const event: LiveEvent = JSON.parse(line)
    events.push(event)
    for (const { look } of waiters) look(event)
  })
  closed.then(
    ({ exitCode }) => {
      for (const { giveUp } of waiters) giveUp(`the pilot ended with ${exitCode}`)
    },
    () => undefined,
  )
  const failure = (text: string): Error => new Error(`${text}; its log ends with\n${stderr.slice(-4000)}`)

  function saw<Type extends LiveEvent['type']>(
    type: Type,
    fits: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const wanted = (event: LiveEvent): event is EventOf<Type> => event.type === type && fits(event as EventOf<Type>)
    return new Promise((resolve, reject) => {
      const past = events.find(wanted)
      if (past !== undefined) return resolve(past)
      const settle = (action: () => void): void => {
        clearTimeout(timer)
        waiters.delete(waiter)
        action()
      }
      const giveUp = (why: string): void => settle(() => reject(failure(`no ${type} was seen: ${why}`)))
      const timer = setTimeout(() => giveUp(`${deadline} ms are over`), deadline)
      const waiter: Waiter = { look: (event) => wanted(event) && settle(() => resolve(event)), giveUp }
      waiters.add(waiter)
    })
  }

  async function ended(): Promise<PilotEnd> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(failure('the pilot does not end')), deadline)
    return await Promise.race([closed, late]).finally(() => clearTimeout(timer))
  }

  return {
    events,
    saw,
    ended,
    signal(name, to = 'process') {
      if (to === 'group') signalGroup(child, name)
      else child.kill(name)
      return Date.now()
    },
    stdout: () => stdout.join('\n'),
    stderr: () => stderr,
    async kill() {
      kill()
      await closed
    },
  }
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name)
  } catch {
    // Nobody is left in the group.
  }
}

/** The process is gone and everything it said was read. */
async function end(child: ChildProcess): Promise<PilotEnd> {
  let at = 0
  child.once('exit', () => {
    at = Date.now()
  })
  const [exitCode, signal]: [number | null, NodeJS.Signals | null] = (await once(child, 'close')) as never
  return { exitCode: exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]), at }
}

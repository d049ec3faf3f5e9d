import type { ErrorName } from './error-table.ts'
import type { Finding } from './errors.ts'
import type { Phase } from './phases.ts'

/** The signals a batch system or the wrapper sends, and the code each reports (contracts/pilot-core.md 5). */
export const signalErrors = {
  SIGTERM: 'SIGTERM',
  SIGINT: 'SIGINT',
  SIGQUIT: 'SIGQUIT',
  SIGXCPU: 'SIGXCPU',
  SIGUSR1: 'SIGUSR1',
  SIGBUS: 'SIGBUS',
  SIGSEGV: 'SIGSEGV',
} as const satisfies Readonly<Record<string, ErrorName>>

export type StopSignal = keyof typeof signalErrors

/** Why the jobs must end before they are done. `hurry`: somebody will kill us soon. `at`: ms since the epoch. */
export interface StopReason {
  readonly name: ErrorName
  readonly text: string
  readonly hurry: boolean
  readonly at: number
}

export function signalReason(signal: StopSignal, at: number): StopReason {
  return { name: signalErrors[signal], text: `the pilot received ${signal}`, hurry: true, at }
}

export function lifetimeReason(seconds: number, at: number): StopReason {
  return { name: 'REACHEDMAXTIME', text: `the pilot's time of ${seconds} s is over`, hurry: true, at }
}

export function stopFinding(reason: StopReason, phase: Phase): Finding {
  return { name: reason.name, detail: reason.text, phase, at: reason.at, origin: 'pilot' }
}

/** The server's `tobekilled`. */
export function killReason(at: number): StopReason {
  return { name: 'PANDAKILL', text: 'the server sent "tobekilled"', hurry: false, at }
}

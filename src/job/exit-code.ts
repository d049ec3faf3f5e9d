import { type ErrorName, errors } from './error-table.ts'

/** Why the pilot process ends: undefined fields did not happen. A failed payload is none of it: the pilot did its work. */
export interface ProcessEndCause {
  readonly error: ErrorName | undefined
  /** Signal that ended the pilot, `SIGTERM`. */
  readonly signal: string | undefined
}

/** Signals with a row in the error table (contracts/pilot-core.md 1.4). */
const signalErrors: Readonly<Record<string, ErrorName>> = {
  SIGINT: 'SIGINT',
  SIGTERM: 'SIGTERM',
  SIGQUIT: 'SIGQUIT',
  SIGSEGV: 'SIGSEGV',
  SIGXCPU: 'SIGXCPU',
  SIGUSR1: 'SIGUSR1',
  SIGBUS: 'SIGBUS',
}

/**
 * Exit code of the pilot process (contracts/pilot-core.md 1.4): that of the error; without one, that of the signal,
 * 128 + its number (137 for one that is not known); otherwise 0.
 */
export function pilotExitCode({ error, signal }: ProcessEndCause): number {
  if (error !== undefined) return errors[error].exitCode
  if (signal !== undefined) return errors[signalErrors[signal] ?? 'KILLSIGNAL'].exitCode
  return 0
}

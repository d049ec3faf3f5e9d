import { type ErrorName, errors } from './error-table.ts'
import { signalErrors } from './stop.ts'

/** Why the pilot process ends; undefined = that did not happen. A failed payload is none of it: the pilot did its work. */
export interface ProcessEndCause {
  readonly error: ErrorName | undefined
  /** Signal that ended the pilot, `SIGTERM`. */
  readonly signal: string | undefined
}

/**
 * Exit code of the pilot process (contracts/pilot-core.md 1.4): that of the error; without one, that of the signal,
 * 128 + its number (137 for one that is not known); otherwise 0.
 */
export function pilotExitCode({ error, signal }: ProcessEndCause): number {
  if (error !== undefined) return errors[error].exitCode
  if (signal === undefined) return 0
  const known: Readonly<Record<string, ErrorName>> = signalErrors
  return errors[known[signal] ?? 'KILLSIGNAL'].exitCode
}

import { type ErrorName, errors, type PilotError, type Severity } from './error-table.ts'
import type { Phase } from './phases.ts'
import type { ReportedError } from './update.ts'

/** Something that went wrong, as it was seen: never rewritten, only joined by others. */
export interface Finding {
  readonly name: ErrorName
  readonly detail: string
  readonly phase: Phase
  /** ms since the epoch. */
  readonly at: number
  /** The part of the pilot that saw it, for people reading the log. */
  readonly origin: string
}

const rank: Readonly<Record<Severity, number>> = { decisive: 3, specific: 2, generic: 1, secondary: 0 }

/** The table row of a finding. */
export function errorOf(finding: Finding): PilotError {
  return errors[finding.name]
}

/**
 * The finding that is reported: the most severe kind, and of those the first in time. So 1305 never hides what really
 * happened, and a kill order is not hidden by the way the payload died of it.
 */
export function primary(findings: readonly Finding[]): Finding | undefined {
  let chosen: Finding | undefined
  for (const finding of findings) {
    if (chosen === undefined) {
      chosen = finding
      continue
    }
    const difference = rank[errorOf(finding).severity] - rank[errorOf(chosen).severity]
    if (difference > 0 || (difference === 0 && finding.at < chosen.at)) chosen = finding
  }
  return chosen
}

/** Longest diagnosis the server keeps (contracts/panda-server.md 5.1, pilotErrorDiag). */
const longestDiagnosis = 500

/** Standard text and detail of a finding as the server gets them. */
export function reportedError(finding: Finding): ReportedError {
  const { code, text } = errorOf(finding)
  const full = finding.detail === '' ? text : `${text}: ${finding.detail}`
  return { code, text: full.slice(0, longestDiagnosis) }
}

/** The row of a PanDA code, if it is one of ours. */
export function errorName(code: number): ErrorName | undefined {
  for (const [name, { code: known }] of Object.entries(errors)) {
    if (known === code) return name as ErrorName
  }
  return undefined
}

/** A bug of ours, told as one: no outcome may be lost because of it. The time is unknown where it is caught. */
export function internalProblem(phase: Phase, error: unknown): Finding {
  return { name: 'INTERNALPILOTPROBLEM', detail: wordsOf(error), phase, at: 0, origin: 'pilot' }
}

/** Total: charts call this where a throw would break them, and not everything that is thrown can be made a text. */
function wordsOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something was thrown that has no text'
  }
}

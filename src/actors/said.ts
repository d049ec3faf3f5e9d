import type { Assignment } from '../job/assignment.ts'
import { errorOf, type Finding } from '../job/errors.ts'
import type { JobIdentity } from '../job/ids.ts'

/** How the log names a job. */
export function said({ definition }: Assignment): string {
  return `job ${definition.pandaId}`
}

/** A finding in one line. */
export function saidFinding(finding: Finding): string {
  const { code, text } = errorOf(finding)
  return `${code} ${text}${finding.detail === '' ? '' : `: ${finding.detail}`}`
}

export function identityOf({ definition: { pandaId, attemptNr } }: Assignment): JobIdentity {
  return { pandaId, attemptNr }
}

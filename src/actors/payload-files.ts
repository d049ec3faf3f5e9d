import type { Assignment } from '../job/assignment.ts'

/** Names in the job directory (contracts/pilot-core.md 1.5); the status file is the launcher's. */
export const payloadFiles = {
  stdout: 'payload.stdout',
  stderr: 'payload.stderr',
  status: 'payload.status',
  report: 'jobReport.json',
  /** What the server gets of it, when that is long; ours. */
  reducedReport: 'jobReport.reduced.json',
} as const

export function statusFile({ directory }: Assignment): string {
  return `${directory}/${payloadFiles.status}`
}

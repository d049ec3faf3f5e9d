import type { Finding } from './errors.ts'
import type { StoredFile } from './files.ts'
import type { JobState } from './job-state.ts'
import type { ProcessEnd, ProcessIdentity } from './process.ts'
import type { JobUpdate } from './update.ts'

/**
 * Where a job goes on after its pilot died, by its records alone. Each point is safe to enter again: what was done is
 * recognised, what was only intended is done with the same identity.
 */
export type ResumePoint =
  /** Nothing irrevocable was done: inputs are fetched or recognised. */
  | { readonly from: 'start' }
  /** The launch was intended; whether it happened only the cookie can tell. */
  | { readonly from: 'launch'; readonly cookie: string | undefined }
  | { readonly from: 'payload'; readonly identity: ProcessIdentity }
  /** The payload's end is known: what it left is read again. */
  | { readonly from: 'examination'; readonly end: ProcessEnd; readonly identity: ProcessIdentity | undefined }
  /** The outcome is written: it is only told. */
  | { readonly from: 'delivery'; readonly update: JobUpdate }
  /** Nothing is left to be done. */
  | { readonly from: 'end' }

export function resumePoint(state: JobState): ResumePoint {
  if (state.delivered || state.definition === undefined) return { from: 'end' }
  if (state.outcome?.update !== undefined) return { from: 'delivery', update: state.outcome.update }
  if (state.end !== undefined) return { from: 'examination', end: state.end, identity: state.process?.identity }
  if (state.process !== undefined) return { from: 'payload', identity: state.process.identity }
  if (state.launching !== undefined) return { from: 'launch', cookie: state.launching.cookie }
  return { from: 'start' }
}

/** Files that are at their destination for certain. */
export function storedBefore(state: JobState, direction: 'out' | 'log'): ReadonlyMap<string, StoredFile> {
  const stored = new Map<string, StoredFile>()
  for (const transfer of state.transfers) {
    if (transfer.direction !== direction || transfer.state.kind !== 'done') continue
    if (transfer.state.stored !== undefined) stored.set(transfer.lfn, transfer.state.stored)
  }
  return stored
}

/** Findings that decided the job's fate before the crash, so that they are not forgotten. */
export function findingsBefore(state: JobState): readonly Finding[] {
  return state.findings
}

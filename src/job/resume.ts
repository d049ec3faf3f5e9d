import type { StoredFile } from './files.ts'
import { foldHistory, type JobState } from './job-state.ts'
import type { ProcessEnd, ProcessIdentity } from './process.ts'
import type { Recorded } from './record.ts'
import type { JobUpdate } from './update.ts'

/**
 * Where a job goes on after its pilot died, by its records alone. Each point is safe to enter again: what was done is
 * recognised, what was only intended is done with the same identity.
 */
export type ResumePoint =
  /** Nothing irrevocable was done: inputs are fetched or recognised. */
  | { readonly from: 'start' }
  /** The launch was intended; whether it happened only the cookie can tell. */
  | { readonly from: 'launch'; readonly cookie: string }
  | { readonly from: 'payload'; readonly identity: ProcessIdentity; readonly startedAt: number }
  /** The payload's end is known: what it left is read again. */
  | {
      readonly from: 'examination'
      readonly end: ProcessEnd
      readonly identity: ProcessIdentity | undefined
      readonly startedAt: number | undefined
    }
  /** The outcome is written: it is only told. */
  | { readonly from: 'delivery'; readonly update: JobUpdate }
  /** Nothing is left to be done. */
  | { readonly from: 'end' }

export function resumePoint(history: readonly Recorded[]): ResumePoint {
  const state = foldHistory(history)
  if (state.delivered || state.definition === undefined) return { from: 'end' }
  if (state.outcome?.update !== undefined) return { from: 'delivery', update: state.outcome.update }
  const startedAt = history.find(({ record }) => record.kind === 'process')?.at
  const identity = state.process?.identity
  if (state.end !== undefined) return { from: 'examination', end: state.end, identity, startedAt }
  if (identity !== undefined) return { from: 'payload', identity, startedAt: startedAt ?? 0 }
  if (state.launching !== undefined) return { from: 'launch', cookie: state.launching.cookie ?? '' }
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

import type { Checksum } from './checksum.ts'
import type { Finding } from './errors.ts'
import type { MeasuredFile, StoredFile } from './files.ts'
import type { Guid, JobIdentity, JobKey, Lfn, Rse } from './ids.ts'
import type { Phase } from './phases.ts'

export type Direction = 'in' | 'out' | 'log'

/** A way to a file: what the copytool is given, the URL the server is told, the RSE behind it. */
export interface Source {
  readonly pfn: string
  readonly turl: string
  readonly rse: Rse | undefined
  readonly copytool: string
}

/** The phase a direction belongs to. */
export function phaseOf(direction: Direction): Phase {
  return direction === 'in' ? 'stage-in' : direction === 'out' ? 'stage-out' : 'log'
}

/** One file to be brought in or out, with every way there is, best first. */
export interface TransferOrder {
  readonly key: JobKey
  readonly job: JobIdentity
  readonly direction: Direction
  readonly lfn: Lfn
  readonly guid: Guid
  /** Absolute path on the worker node. */
  readonly local: string
  readonly ways: readonly Source[]
  /** What the definition promises of an input; undefined parts are found out. */
  readonly size: number | undefined
  readonly checksum: Checksum | undefined
  /** The output may be absent. */
  readonly mayBeMissing: boolean
}

/** How a transfer ended. */
export type TransferResult =
  | {
      readonly kind: 'stored'
      readonly lfn: Lfn
      readonly file: StoredFile
      readonly way: Source
      readonly attempts: number
    }
  | { readonly kind: 'absent'; readonly lfn: Lfn }
  | { readonly kind: 'failed'; readonly lfn: Lfn; readonly finding: Finding; readonly attempts: number }
  | { readonly kind: 'cancelled'; readonly lfn: Lfn }

/** A step of a transfer that did not work, and what that says about another try. */
export interface StepFailure {
  readonly kind: 'failed'
  readonly finding: Finding
  readonly advice: 'retry' | 'other-replica' | 'give-up'
}

export type MeasureStep =
  /** An earlier life of this pilot brought it there. */
  | { readonly kind: 'there'; readonly file: MeasuredFile; readonly way: Source }
  | { readonly kind: 'measured'; readonly file: MeasuredFile }
  | { readonly kind: 'absent' }
  | StepFailure
export type CopyStep =
  | { readonly kind: 'copied'; readonly linked: boolean; readonly remote: Partial<MeasuredFile> }
  | StepFailure
export type VerifyStep = { readonly kind: 'verified'; readonly file: MeasuredFile } | StepFailure

/** Tries of one file altogether, over all its ways (contracts/pilot-data.md 2.7: Pilot 1's scheme). */
export const transferAttempts = 3

/** The way of the n-th try (from 0): the next one after a failure, around the ring. */
export function wayOfAttempt(ways: readonly Source[], attempt: number): Source | undefined {
  return ways.length === 0 ? undefined : ways[attempt % ways.length]
}

/** May the file be tried again after this failure? `attempts` were made. */
export function mayTryAgain(failure: StepFailure, attempts: number, ways: number): boolean {
  if (attempts >= transferAttempts) return false
  if (failure.advice === 'retry') return true
  return failure.advice === 'other-replica' && attempts < ways
}

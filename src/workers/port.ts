import type { MeasuredFile } from '../job/files.ts'
import type { JobReport } from '../job/job-report.ts'

export type Measured =
  | { readonly kind: 'measured'; readonly file: MeasuredFile }
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly text: string }

export type ReadReport =
  | { readonly kind: 'report'; readonly report: JobReport; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly text: string; readonly report: JobReport }

export interface ArchiveOrder {
  /** Directory whose content is archived; links are stored as links or left out, never followed. */
  readonly directory: string
  /** Name of the one directory inside the archive: `tarball_PandaJob_<PandaID>_<queue>`. */
  readonly root: string
  /** Further files put into the root: [absolute path, name]. Missing ones are left out. */
  readonly extra: readonly (readonly [path: string, name: string])[]
  /** Names in `directory` that are never packed: inputs and outputs. */
  readonly leaveOut: readonly string[]
  /** Texts that must not appear in the archive, in any spelling the redactor knows. */
  readonly secrets: readonly string[]
  /** Absolute path of the gzip'ed tar; written beside as `.part` and renamed. */
  readonly target: string
}

export type Archived =
  | { readonly kind: 'archived'; readonly file: MeasuredFile; readonly leftOut: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string; readonly noSpace: boolean }

/**
 * CPU work off the event loop. Guarantees: never rejects; a worker that crashes or hangs is replaced and the task
 * repeated once, then `unreadable`/`failed`; `signal` ends a task early as failed.
 */
export interface Workers {
  /** Size and checksum of a regular file, read once to its end; a file that changes while it is read is `unreadable`. */
  measure(path: string, algorithms?: readonly ('adler32' | 'md5')[], signal?: AbortSignal): Promise<Measured>
  readJobReport(path: string, signal?: AbortSignal): Promise<ReadReport>
  archive(order: ArchiveOrder, signal?: AbortSignal): Promise<Archived>
  close(): Promise<void>
}

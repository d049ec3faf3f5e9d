import type { MeasuredFile } from '../job/files.ts'
import type { JobReport } from '../job/job-report.ts'
import type { FoundLines, LinePatterns } from '../job/line-pattern.ts'
import type { TextFile } from '../job/text-file.ts'

export type Measured =
  | { readonly kind: 'measured'; readonly file: MeasuredFile }
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly text: string }

export type ReadReport =
  | {
      readonly kind: 'report'
      readonly report: JobReport
      /** The reduced report, JSON in ASCII; empty when it is left out. */
      readonly text: string | TextFile
      /** Why it is left out. */
      readonly problem: string | undefined
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly text: string; readonly report: JobReport }

export interface ReportOrder {
  /** Absolute path. */
  readonly path: string
  /** The names of the outputs about which the report is asked. */
  readonly outputs: readonly string[]
  /** Texts that must not appear in what it gives, in any spelling the redactor knows. */
  readonly secrets: readonly string[]
  /** Absolute path for the reduced report, should it be long. */
  readonly target: string
}

export interface SearchOrder {
  /** Absolute path of a file the payload wrote; no link. */
  readonly path: string
  readonly patterns: LinePatterns
  /** Texts that must not appear in a line found, in any spelling the redactor knows. */
  readonly secrets: readonly string[]
  /** Of a longer file only so much of its end is read. */
  readonly mostBytes: number
}

export type Searched =
  /** `skipped`: bytes at the beginning that were not looked at. Lines are cut to 256 bytes around what matched. */
  | { readonly kind: 'searched'; readonly lines: FoundLines; readonly skipped: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly text: string }

export interface ArchiveOrder {
  /** Directory whose content is archived; links are stored as links or left out, never followed. */
  readonly directory: string
  /** Name of the one directory inside the archive: `tarball_PandaJob_<PandaID>_<queue>`. */
  readonly root: string
  /** Further files put into the root: [absolute path, name]. Missing ones are left out. */
  readonly extra: readonly (readonly [path: string, name: string])[]
  /** Names that are never packed, at any depth of `directory`: inputs and outputs. */
  readonly leaveOut: readonly string[]
  /** Texts that must not appear in the archive, in any spelling the redactor knows. */
  readonly secrets: readonly string[]
  /** Absolute path of the gzip'ed tar; written beside as `.part` and renamed. */
  readonly target: string
}

export type Archived =
  | { readonly kind: 'archived'; readonly file: MeasuredFile; readonly leftOut: readonly string[] }
  | { readonly kind: 'failed'; readonly text: string; readonly noSpace: boolean }

/** What to do when the path itself is a symbolic link, as inputs are that the copytool `mv` brought. */
export type Links = 'refuse' | 'follow'

/** A file to be measured. */
export interface FileOrder {
  readonly path: string
  /** adler32 is always given. */
  readonly algorithms: readonly ('adler32' | 'md5')[]
  readonly links: Links
}

/**
 * CPU work off the event loop. Guarantees: never rejects; a worker that crashes or makes no progress is replaced and the
 * task repeated once (not after an exhausted heap, which would only happen again), then `unreadable`/`failed`; `signal`
 * ends a task early, as `unreadable`/`failed`.
 *
 * Limit: a thread that hangs inside a system call of a dead file system cannot be ended; it is left behind, and the
 * process can exit only when the kernel lets that call go.
 */
export interface Workers {
  /** Starts a thread where none is: for whoever knows that a task comes soon, since a thread takes some 50 ms to start. */
  warm(): void
  /**
   * Size and checksum of a regular file, read once to its end; a file that changes while it is read is `unreadable`, as is
   * whatever is no regular file. A symbolic link is `unreadable` too, unless `links` is `follow`. adler32 is always given.
   */
  measure(
    path: string,
    algorithms?: readonly ('adler32' | 'md5')[],
    signal?: AbortSignal,
    links?: Links,
  ): Promise<Measured>
  /**
   * The wanted fields of a job report, and `text`, the reduced report for `metaData` (contracts/pilot-experiment.md 2.8).
   * Of a cut report the fields come that stood in it whole.
   */
  readJobReport(order: ReportOrder, signal?: AbortSignal): Promise<ReadReport>
  /** Looks for lines in a file of any size and any bytes, holding some 3 MB of it at most. */
  search(order: SearchOrder, signal?: AbortSignal): Promise<Searched>
  /** Writes the log archive. Whatever the outcome no `.part` file stays; `target` exists only when `archived`. */
  archive(order: ArchiveOrder, signal?: AbortSignal): Promise<Archived>
  /** Ends the running tasks and the threads. Later tasks end as `unreadable`/`failed`. */
  close(): Promise<void>
}

/** For many small files at once: a hop to a thread takes as long as summing 1 MB. */
export interface WorkerPool extends Workers {
  /** As `measure`, for many files, in their order. They share the hops to the threads: one to each. */
  measureMany(files: readonly FileOrder[], signal?: AbortSignal): Promise<readonly Measured[]>
}

import type { Checksum } from '../job/checksum.ts'
import type { InputFile, OutputFile } from '../job/files.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { StorageEndpoint } from '../job/storage-endpoint.ts'
import type { ReportedError } from '../job/update.ts'

/** One file to be moved. `local` is an absolute path, `remote` a PFN (or an absolute path for `mv`). */
export interface CopyOrder {
  readonly direction: 'in' | 'out'
  readonly lfn: string
  readonly local: string
  readonly remote: string
  /** Bytes, when known: verified by the tool where it can, always by the caller afterwards. */
  readonly size: number | undefined
  readonly checksum: Checksum | undefined
  /** The copy is given up after this many seconds. */
  readonly timeout: number
}

/** What a failed copy says about a second try (contracts/pilot-data.md 2.7, appendix A). */
export type RetryAdvice = 'retry' | 'other-replica' | 'give-up'

export type CopyOutcome =
  | {
      readonly kind: 'copied'
      /** What the far side reports of the stored file; undefined = it does not say, the caller must find out or trust the size. */
      readonly remoteSize: number | undefined
      readonly remoteChecksum: Checksum | undefined
      /** True when no byte was copied: `local` is a link to the source, or the output was renamed. */
      readonly linked: boolean
    }
  | {
      readonly kind: 'failed'
      /** Code of the error table; the text is the detail alone, without the table's standard text. */
      readonly error: ReportedError
      readonly advice: RetryAdvice
    }

/** Bytes so far of this copy; may be called any number of times, also not at all for a copy that is over at once. */
export type CopyProgress = (bytes: number) => void

/**
 * A tool that moves files. Guarantees: never rejects; `in` writes to `local` only as a whole (a `.part` beside it is
 * renamed at the end, removed on failure); a failed `out` removes what it created under the final name where the far
 * side lets it; `signal` ends the copy within 2 s and every process it started. A file that is in the way is either
 * replaced by the whole new one (network tools) or left alone and reported as 1221 (`mv`).
 */
export interface Copytool {
  readonly name: string
  /** URL schemes it understands, best first; empty = any. */
  readonly schemes: readonly string[]
  copy(order: CopyOrder, progress: CopyProgress, signal: AbortSignal): Promise<CopyOutcome>
}

/** Where a file comes from or goes to. */
export interface Replica {
  /** What the copytool is given as `remote`. */
  readonly pfn: string
  /** The URL the server is told: the PFN, except for `mv`, whose destination is a path that somebody else brings to storage. */
  readonly turl: string
  readonly rse: string | undefined
  readonly copytool: string
}

/** Replicas in the order in which they are to be tried, never empty; or why there is none (text: the detail alone). */
export type TransferPlan =
  | { readonly kind: 'planned'; readonly replicas: readonly Replica[] }
  | { readonly kind: 'failed'; readonly error: ReportedError }

export type Endpoints = ReadonlyMap<string, StorageEndpoint>

/** The way a file went. */
type Way = Pick<Replica, 'copytool' | 'pfn' | 'turl'>

/** What is decided about transfers before the first byte moves. Pure. */
export interface TransferPlanner {
  stageIn(file: InputFile, queue: QueueData, endpoints: Endpoints, analysis: boolean): TransferPlan
  stageOut(file: OutputFile, queue: QueueData, endpoints: Endpoints, analysis: boolean): TransferPlan
  /** Seconds a copy of so many bytes may take. */
  timeout(size: number | undefined): number
  /** Seconds before the try after the n-th failed one; `random` uniform in [0, 1). */
  pause(direction: 'in' | 'out', attempt: number, random: number): number
  /** Text of PoolFileCatalog.xml. */
  catalogue(inputs: readonly { readonly lfn: string; readonly guid: string | undefined }[]): string
  /** The line by which ARC learns of an output that was moved beside the pilot, and the file it goes to; else undefined. */
  outputList(
    queue: QueueData,
    way: Way,
    lfn: string,
    adler32: string,
  ): { readonly file: string; readonly line: string } | undefined
  /** Whether an input brought this way takes up space of the work directory's disk. */
  needsRoom(way: Way): boolean
}

export type Downloaded =
  | { readonly kind: 'downloaded' }
  | { readonly kind: 'failed'; readonly text: string; readonly again: boolean }

/** Plain http(s) downloads of small files: transforms. Never rejects; the file appears whole or not at all. */
export interface Downloads {
  fetch(url: string, path: string, signal: AbortSignal): Promise<Downloaded>
}

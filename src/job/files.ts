import type { Checksum } from './checksum.ts'
import type { Guid, Lfn, Rse } from './ids.ts'

/** An input as the job definition names it (contracts/pilot-data.md 1.1). Sizes are bytes. */
export interface InputFile {
  readonly lfn: Lfn
  readonly guid: Guid | undefined
  readonly scope: string
  readonly dataset: string
  readonly rse: Rse | undefined
  readonly size: number | undefined
  readonly checksum: Checksum | undefined
  /** `local` forbids remote reading; other values name an object store. */
  readonly storageToken: string | undefined
}

/** An output, or the log, as the job definition names it. */
export interface OutputFile {
  readonly lfn: Lfn
  readonly kind: 'output' | 'log'
  readonly guid: Guid | undefined
  readonly scope: string
  readonly dataset: string
  readonly rse: Rse | undefined
  /** The definition allows it to be absent (`allowNoOutput`). */
  readonly mayBeMissing: boolean
}

/** What was found by reading a file to its end. */
export interface MeasuredFile {
  readonly size: number
  readonly adler32: string
  readonly md5?: string
}

/** A file that was brought to storage and verified there: what the server's catalogue gets (contracts/pilot-data.md 3.7). */
export interface StoredFile {
  readonly lfn: Lfn
  readonly guid: Guid
  readonly size: number
  readonly adler32: string
  readonly surl: string
  readonly rse: Rse | undefined
}

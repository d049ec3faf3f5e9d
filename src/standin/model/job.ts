/** A job dictionary as the server hands it out (contracts/panda-server.md 11). */
export type JobDefinition = Readonly<Record<string, unknown>>

/** Every state the server stores (contracts/panda-server.md 5.2). */
export type JobState =
  | 'activated'
  | 'sent'
  | 'starting'
  | 'running'
  | 'holding'
  | 'transferring'
  | 'merging'
  | 'finished'
  | 'failed'
  | 'cancelled'
  | 'closed'

/** The states a job never leaves. */
export type Outcome = 'finished' | 'failed' | 'cancelled' | 'closed'

/** A column value after the server's casts: text or number. */
export type Stored = string | number

/** What became of one file of the job, from the output report. */
export interface StoredFile {
  readonly type: 'input' | 'output' | 'log'
  readonly status: 'ready' | 'failed' | 'skipped' | 'nooutput'
  readonly GUID: string | null
  readonly fsize: number | null
  /** `ad:<adler32>` or `md:<md5>` as the server stores it. */
  readonly checksum: string | null
  readonly endpoint: string | null
}

/** One row of the job table. Times are milliseconds; `startTime` and `endTime` are the UTC text of the column. */
export interface Job {
  readonly PandaID: number
  readonly attemptNr: number
  readonly definition: JobDefinition
  queue: string | null
  readonly background: boolean
  state: JobState
  /** Gone from the table of active jobs: updates find nothing and are answered `tobekilled`. */
  archived: boolean
  readonly createdAt: number
  /** The last accepted call that touched the row. The watcher's clocks run from here. */
  changedAt: number
  startTime: string | null
  endTime: string | null
  /** The stored command for the pilot, without `debug`. */
  command: string | null
  debug: boolean
  /** JSON text that goes with `debug`: what the user's real-time logging needs. */
  pilotSecrets: string
  /** jobDispatcherErrorDiag: set while the job is holding or transferring by the pilot's own word. */
  dispatcherText: string | null
  /** The columns an update may fill, under the server's names (`nEvents`, `modificationHost`, …). */
  readonly fields: Record<string, Stored>
  /** Codes the server itself set: ddmErrorCode, jobDispatcherErrorCode, supErrorCode and their texts. */
  readonly errors: Record<string, Stored>
  /** The output report of the first final update the Adder accepted (JSON text). */
  report: string | null
  metadata: string | null
  pilotLog: string | null
  stdout: string | null
  readonly files: Map<string, StoredFile>
  outcome: Outcome | null
}

/** A value of the definition as text; `NULL`, null and absent all mean "not set". */
export function textOf(job: Job, key: string): string | null {
  const value = job.definition[key]
  return value === undefined || value === null || value === 'NULL' ? null : String(value)
}

/** A value of the definition as number, null when it is not set or no number. */
export function numberOf(job: Job, key: string): number | null {
  const text = textOf(job, key)
  if (text === null || text.trim() === '') return null
  const number = Number(text)
  return Number.isNaN(number) ? null : number
}

/** A comma-joined list of the definition; an empty text is an empty list. */
export function listOf(job: Job, key: string): string[] {
  const text = textOf(job, key)
  return text === null || text === '' ? [] : text.split(',')
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, the server's column format. */
export function columnTime(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replace('T', ' ')
}

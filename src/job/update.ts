import type { StoredFile } from './files.ts'
import type { JobIdentity } from './ids.ts'
import type { ServerState } from './phases.ts'
import type { TextFile } from './text-file.ts'

/** Largest and mean memory of the payload's processes in kB, from /proc. */
export interface MemoryUse {
  readonly maxRss: number
  readonly avgRss: number
  readonly maxPss: number
  readonly avgPss: number
  readonly maxVmem: number
  readonly avgVmem: number
  readonly maxSwap: number
  readonly avgSwap: number
}

/** The payload's use of the node so far. CPU time in seconds. */
export interface ResourceUse {
  readonly cpuTime: number
  /** Measured cores: CPU time over wall time. */
  readonly meanCores: number | undefined
  readonly memory: MemoryUse | undefined
  /** Largest size seen of the work directory without inputs and outputs, bytes. */
  readonly workDirSize: number | undefined
}

/** What ended the job badly: the one error the server is told. */
export interface ReportedError {
  readonly code: number
  readonly text: string
}

/** The parts that only a final update has (contracts/panda-server.md 5.2, 5.7). Times are ms since the epoch. */
export interface FinalPart {
  readonly endTime: number
  readonly stored: readonly StoredFile[]
  readonly pilotError: ReportedError | undefined
  /** The payload's own error: exit code and message of its job report. */
  readonly payloadError: ReportedError | undefined
  /** The payload's exit code as it was, 255 included; undefined when it never ended by itself. */
  readonly exitCode: number | undefined
  /** `getjob|stagein|payload|stageout|initialsetup|setup`, whole seconds. */
  readonly pilotTiming: string
  /** Extract of the pilot's log, failed jobs only. */
  readonly pilotLog: string
  /** The job report as JSON text, or empty. */
  readonly metaData: string | TextFile
}

/**
 * One message about a job, free of dialect: what the reporter keeps and sends. The adapters in `server/` turn it into
 * the exact fields, types and cuts of a dialect.
 */
export interface JobUpdate extends JobIdentity {
  readonly state: ServerState
  readonly startTime: number
  readonly coreCount: number
  readonly nEvents: number | undefined
  readonly use: ResourceUse | undefined
  /** Further `key=value` pairs for jobMetrics. */
  readonly metrics: Readonly<Record<string, string | number>>
  /** Debug mode only: path of the newest log of the payload, then its tail (contracts/panda-server.md 5.4). */
  readonly stdout?: string | undefined
  readonly final: FinalPart | undefined
}

import type { ServerCommand } from '../job/commands.ts'
import type { PandaId } from '../job/ids.ts'
import type { ServerAnswer } from './answer-port.ts'

/** Whose events: the three ids are the key of every range request. */
export interface EventPool {
  readonly pandaId: PandaId
  /** undefined = `NULL` in the definition, as jumbo jobs may have it; v1 then has no ranges for the job. */
  readonly jobsetId: number | undefined
  readonly taskId: number | undefined
}

export interface EventRangeRequest extends EventPool {
  readonly count: number
  /** Jumbo jobs: not in the order of the files. */
  readonly scattered: boolean
  /** Only ranges of this dataset. */
  readonly segmentId: number | undefined
}

/** A piece of work as the server hands it out (contracts/event-service.md 1.2). Events count from 1, both ends belong to it. */
export interface EventRange {
  readonly eventRangeID: string
  readonly startEvent: number
  readonly lastEvent: number
  readonly LFN: string | null
  readonly GUID: string | null
  readonly scope: string | null
}

/** `fatal` = failed, and nobody shall try again. The server stores the last three and skips the others. */
export type EventStatus = 'running' | 'transferring' | 'finished' | 'failed' | 'fatal'

/** What became of one range. */
export interface EventResult {
  readonly eventRangeID: string
  readonly status: EventStatus
  readonly errorCode?: number | undefined
  readonly errorDiag?: string | undefined
  readonly coreCount?: number | undefined
  /** Seconds. */
  readonly cpuTime?: number | undefined
  /** Number of the storage in the information system. */
  readonly objectStoreId?: number | undefined
  readonly pathConvention?: number | undefined
}

/** A stored archive of outputs. Its name must be unique within the job: a known name keeps its old size and checksum. */
export interface EventArchive {
  readonly lfn: string
  readonly objectStoreId: number
  readonly size: number
  readonly adler32: string
  readonly numEvents: number
  readonly pathConvention: number | undefined
}

/** Ranges with the archive that holds their outputs, if there is one. */
export interface EventChunk {
  readonly archive: EventArchive | undefined
  readonly results: readonly EventResult[]
}

/** The three forms of contracts/panda-server.md 6.2; 2 is for fine-grained processing. */
export type EventReport =
  | { readonly version: 0; readonly results: readonly EventResult[] }
  | { readonly version: 1 | 2; readonly chunks: readonly EventChunk[] }

/** `taken` says that id and job were good, not that the row changed. */
export type EventVerdict = 'taken' | 'refused' | 'skipped'

export interface EventCommands {
  readonly pandaId: PandaId
  readonly commands: readonly ServerCommand[]
}

export interface EventReportAnswer {
  /** One for each result, in the order of the report. */
  readonly verdicts: readonly EventVerdict[]
  readonly commands: readonly EventCommands[]
  /** False: the server's database failed at the end of the call, so `eventStates` alone tells what was stored. */
  readonly settled: boolean
}

/** A range as the server's table has it. */
export interface EventState {
  readonly pandaId: PandaId
  readonly eventRangeID: string
  /** `ready`, `sent`, `finished`, … (contracts/event-service.md 1.2). */
  readonly status: string
  readonly errorCode: number | undefined
  readonly errorDiag: string | undefined
}

/** The event service (contracts/panda-server.md 6). */
export interface EventServer {
  /** How many ranges wait. */
  eventRangesLeft(pool: EventPool, signal?: AbortSignal): Promise<ServerAnswer<number>>
  /** Not repeatable: after `unknown` the ranges may be bound to the job without being known to it. Empty = no more. */
  acquireEventRanges(request: EventRangeRequest, signal?: AbortSignal): Promise<ServerAnswer<readonly EventRange[]>>
  updateEventRange(result: EventResult, signal?: AbortSignal): Promise<ServerAnswer<EventReportAnswer>>
  /**
   * At most 100,000 results. After `unknown` ask `eventStates` and repeat once what is missing there: today's server
   * answers HTTP 500 to every report although it stored it.
   */
  updateEventRanges(report: EventReport, signal?: AbortSignal): Promise<ServerAnswer<EventReportAnswer>>
  eventStates(
    jobs: readonly { readonly pandaId: PandaId; readonly taskId: number }[],
    signal?: AbortSignal,
  ): Promise<ServerAnswer<readonly EventState[]>>
}

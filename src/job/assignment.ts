import type { JobDefinition } from './definition.ts'
import type { JobKey } from './ids.ts'
import type { Phase, ServerState } from './phases.ts'
import type { QueueData } from './queue-data.ts'
import type { StorageEndpoint } from './storage-endpoint.ts'
import type { FinalPart, JobUpdate, ResourceUse } from './update.ts'

/** One acquisition: everything about a job that does not change while it runs. */
export interface Assignment {
  readonly key: JobKey
  readonly definition: JobDefinition
  /** The definition as it came, for PilotDB. */
  readonly raw: unknown
  readonly queue: QueueData
  readonly endpoints: ReadonlyMap<string, StorageEndpoint>
  /** Absolute: `<launch>/PanDA_Pilot-<PandaID>`. */
  readonly directory: string
  /** Absolute: the directory the pilot works in. */
  readonly launchDirectory: string
  /** When the server had handed it over, ms since the epoch. */
  readonly startTime: number
  /** How long the request for it took, ms. */
  readonly acquireTime: number
}

/** `<state>` as the server hears it; `use` is what the payload has used so far. */
export function updateOf(
  { definition, startTime }: Assignment,
  state: ServerState,
  use: ResourceUse | undefined,
  final?: {
    readonly part: FinalPart
    readonly nEvents: number | undefined
    readonly metrics: Readonly<Record<string, string | number>>
  },
): JobUpdate {
  return {
    pandaId: definition.pandaId,
    attemptNr: definition.attemptNr,
    state,
    startTime,
    coreCount: definition.coreCount,
    nEvents: final?.nEvents,
    use,
    metrics: final?.metrics ?? {},
    stdout: undefined,
    final: final?.part,
  }
}

/** The log's words for a phase. */
export const phaseWords: Readonly<Record<Phase, string>> = {
  preparing: 'preparing the work directory',
  'stage-in': 'staging in',
  payload: 'running the payload',
  'stage-out': 'staging out',
  log: 'archiving and sending the log',
  reporting: 'sending the final report',
  cleaning: 'cleaning up',
  closed: 'closed',
}

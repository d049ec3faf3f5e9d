import type { JobIdentity } from './ids.ts'
import type { Outcome, Phase, ServerState } from './phases.ts'
import type { ProcessEnd } from './process.ts'
import type { Direction } from './transfer.ts'

/**
 * What a watcher of a running pilot sees: one JSON line each on stdout with `--json`. For people and displays only:
 * nothing of the pilot's own logic hangs on them. Times are ms since the epoch, sizes bytes.
 */
export type LiveEvent = { readonly at: number } & (
  | { readonly type: 'pilot.started'; readonly queue: string; readonly node: string; readonly version: string }
  | { readonly type: 'pilot.ended'; readonly exitCode: number; readonly text: string }
  | ({ readonly type: 'job.phase'; readonly phase: Phase } & JobIdentity)
  | ({ readonly type: 'job.update'; readonly state: ServerState; readonly accepted: boolean } & JobIdentity)
  | ({
      readonly type: 'transfer.progress'
      readonly direction: Direction
      readonly lfn: string
      readonly bytes: number
      readonly size: number | undefined
    } & JobIdentity)
  | ({
      readonly type: 'transfer.ended'
      readonly direction: Direction
      readonly lfn: string
      readonly result: 'stored' | 'absent' | 'failed' | 'cancelled'
      readonly size: number | undefined
    } & JobIdentity)
  | ({ readonly type: 'payload.started'; readonly pid: number } & JobIdentity)
  | ({ readonly type: 'payload.ended'; readonly end: ProcessEnd } & JobIdentity)
  | ({
      readonly type: 'job.outcome'
      readonly outcome: Outcome
      readonly code: number
      readonly text: string
    } & JobIdentity)
)

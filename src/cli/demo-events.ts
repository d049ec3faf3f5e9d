import * as z from 'zod/mini'
import type { DemoJob, DemoTable } from '../../demo/jobs.ts'
import { phases } from '../job/phases.ts'
import type { HistoryEvent } from '../standin/model/history.ts'

const job = { at: z.number(), pandaId: z.number(), attemptNr: z.number() }
const file = { ...job, direction: z.enum(['in', 'out', 'log']), lfn: z.string(), size: z.optional(z.number()) }
const end = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exited'), exitCode: z.number(), cpuSeconds: z.optional(z.number()) }),
  z.object({ kind: z.literal('signalled'), signal: z.string(), cpuSeconds: z.optional(z.number()) }),
  z.object({ kind: z.literal('lost'), text: z.string() }),
])

/** The lines of a pilot's `--json`, src/job/live-event.ts, as an outsider reads them. */
const seenEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pilot.started'),
    at: z.number(),
    queue: z.string(),
    node: z.string(),
    version: z.string(),
  }),
  z.object({ type: z.literal('pilot.ended'), at: z.number(), exitCode: z.number(), text: z.string() }),
  z.object({ type: z.literal('job.phase'), ...job, phase: z.enum(phases) }),
  z.object({ type: z.literal('job.update'), ...job, state: z.string(), accepted: z.boolean() }),
  z.object({ type: z.literal('transfer.progress'), ...file, bytes: z.number() }),
  z.object({ type: z.literal('transfer.ended'), ...file, result: z.enum(['stored', 'absent', 'failed', 'cancelled']) }),
  z.object({ type: z.literal('payload.started'), ...job, pid: z.number() }),
  z.object({ type: z.literal('payload.ended'), ...job, end }),
  z.object({
    type: z.literal('job.outcome'),
    ...job,
    outcome: z.enum(['finished', 'failed']),
    code: z.number(),
    text: z.string(),
  }),
])
export type SeenEvent = z.infer<typeof seenEvent>

/** One line of the pilot's stdout; undefined when it tells nothing the demo shows. */
export function parseSeen(line: string): SeenEvent | undefined {
  try {
    return seenEvent.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** How the pilot's process ended. */
export interface PilotExit {
  /** null: ended by a signal. */
  readonly exitCode: number | null
  readonly signal: string | null
}

/** Everything the demo can show, in the order in which it happens. `at` is ms since the epoch. */
export type DemoEvent =
  | { readonly type: 'demo.table'; readonly at: number; readonly table: DemoTable; readonly rows: number }
  | { readonly type: 'demo.server'; readonly at: number; readonly url: string }
  | { readonly type: 'demo.job'; readonly at: number; readonly job: Pick<DemoJob, 'pandaId' | 'title' | 'about'> }
  | { readonly type: 'demo.exit'; readonly at: number; readonly exit: PilotExit }
  | { readonly type: 'server'; readonly at: number; readonly event: HistoryEvent }
  | SeenEvent

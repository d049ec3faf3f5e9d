import type { Phase } from '../job/phases.ts'
import type { HistoryEvent } from '../standin/model/history.ts'
import type { JobState } from '../standin/model/job.ts'
import type { DemoEvent, SeenEvent } from './demo-events.ts'

export interface TransferView {
  readonly direction: 'in' | 'out' | 'log'
  readonly lfn: string
  readonly bytes: number
  readonly size: number | undefined
}

/** What is known of one job, from the pilot's word and the server's. */
export interface JobView {
  readonly pandaId: number
  readonly title: string
  /** Phases in the order they were entered, ms since the epoch. */
  readonly entered: readonly { readonly phase: Phase; readonly at: number }[]
  readonly serverState: JobState
  /** Updates the server answered, finals included. */
  readonly updates: number
  /** On their way now. */
  readonly transfers: readonly TransferView[]
  readonly payloadFailed: boolean
}

export interface DemoView {
  readonly startedAt: number
  readonly jobs: readonly JobView[]
}

export function emptyView(startedAt: number): DemoView {
  return { startedAt, jobs: [] }
}

/** The view after an event. Pure; what it does not show leaves it as it is. */
export function step(view: DemoView, event: DemoEvent): DemoView {
  if (event.type === 'demo.job') {
    const { pandaId, title } = event.job
    return { ...view, jobs: [...view.jobs, { pandaId, title, ...freshJob }] }
  }
  if (event.type === 'server') return onJob(view, event.event.PandaID, (job) => heard(job, event.event))
  if (!('pandaId' in event)) return view
  return onJob(view, event.pandaId, (job) => seen(job, event))
}

const freshJob = { entered: [], serverState: 'activated', updates: 0, transfers: [], payloadFailed: false } as const

function onJob(view: DemoView, pandaId: number, change: (job: JobView) => JobView): DemoView {
  return { ...view, jobs: view.jobs.map((job) => (job.pandaId === pandaId ? change(job) : job)) }
}

function heard(job: JobView, { call, after }: HistoryEvent): JobView {
  return { ...job, serverState: after ?? job.serverState, updates: job.updates + (call === 'update' ? 1 : 0) }
}

function seen(job: JobView, event: Extract<SeenEvent, { pandaId: number }>): JobView {
  switch (event.type) {
    case 'job.phase':
      return { ...job, entered: [...job.entered, { phase: event.phase, at: event.at }] }
    case 'transfer.progress': {
      const { direction, lfn, bytes, size } = event
      return { ...job, transfers: [...others(job, lfn), { direction, lfn, bytes, size }] }
    }
    case 'transfer.ended':
      return { ...job, transfers: others(job, event.lfn) }
    case 'payload.ended':
      return { ...job, payloadFailed: event.end.kind !== 'exited' || event.end.exitCode !== 0 }
    case 'job.update':
    case 'job.outcome':
    case 'payload.started':
      return job
  }
}

function others({ transfers }: JobView, lfn: string): TransferView[] {
  return transfers.filter((transfer) => transfer.lfn !== lfn)
}

/** Seconds spent in each phase; a phase that was not left yet lasts until `now` (ms since the epoch). */
export function phaseSeconds({ entered }: JobView, now: number): Partial<Record<Phase, number>> {
  const seconds: Partial<Record<Phase, number>> = {}
  for (const [index, { phase, at }] of entered.entries()) {
    if (phase === 'closed') continue
    const end = entered[index + 1]?.at ?? now
    seconds[phase] = (seconds[phase] ?? 0) + Math.max(0, end - at) / 1000
  }
  return seconds
}

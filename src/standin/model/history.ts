import type { JobState } from './job.ts'

/**
 * One thing that happened to one job. The history is only ever appended to; tests, the demo and the simulation take
 * it as the truth about what the server saw and decided.
 */
export interface HistoryEvent {
  /** Milliseconds. */
  readonly at: number
  readonly call: 'acquire' | 'update' | 'adder' | 'watcher' | 'kill' | 'command' | 'debug'
  readonly PandaID: number
  /** The state an update reported, the command that was set, … ; null where a call carries none. */
  readonly asked: string | null
  readonly before: JobState | null
  readonly after: JobState | null
  /** The command answered, or the server's reason. */
  readonly answer: string
}

/** Whatever keeps a history: the state of the server. */
interface Remembering {
  readonly history: HistoryEvent[]
}

export function record(panda: Remembering, event: HistoryEvent): void {
  panda.history.push(event)
}

/** What happened to one job, oldest first. */
export function historyOf(panda: Remembering, PandaID: number): HistoryEvent[] {
  return panda.history.filter((event) => event.PandaID === PandaID)
}

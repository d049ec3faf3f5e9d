import type { JobKey } from '../job/ids.ts'
import type { QueueData } from '../job/queue-data.ts'
import type { JobServer } from '../server/port.ts'
import type { Endpoints } from '../storage/port.ts'
import type { Ports } from './ports.ts'

/** What the pilot learns at its start and keeps for its life. */
export interface Session {
  /** Known after `open`; before that every call says so. */
  readonly server: JobServer
  queue(): QueueData | undefined
  endpoints(): Endpoints
  /** Begins anew: nothing is noted yet. */
  open(queue: QueueData, endpoints: Endpoints): void
  /** Notes an acquisition; false when it was noted before. */
  remember(key: JobKey, taskId: number | undefined): boolean
  /** Task of the first job. */
  taskId(): number | undefined
}

/** The server can be named only when the queue is known; the actors are made before. */
export function createSession(ports: Pick<Ports, 'connect'>): Session {
  let queue: QueueData | undefined
  let endpoints: Endpoints = new Map()
  let server: JobServer | undefined
  let task: number | undefined
  const seen = new Set<JobKey>()
  const unknown = { kind: 'unknown', text: 'the queue is not known yet' } as const
  return {
    server: {
      acquire: async (request, signal) => server?.acquire(request, signal) ?? unknown,
      update: async (update, signal) => server?.update(update, signal) ?? unknown,
      workerStatus: async (status, signal) => server?.workerStatus(status, signal) ?? unknown,
      jobStatus: async (ids, signal) => server?.jobStatus(ids, signal),
      close: async () => server?.close(),
    },
    queue: () => queue,
    endpoints: () => endpoints,
    open(known, found) {
      queue = known
      endpoints = found
      server = ports.connect(known)
      seen.clear()
      task = undefined
    },
    remember(key, taskId) {
      if (seen.has(key)) return false
      seen.add(key)
      task ??= taskId
      return true
    },
    taskId: () => task,
  }
}

import type { Log } from '../observe/port.ts'
import type { JobServer, WorkerStatus } from '../server/port.ts'

/** contracts/panda-server.md 1.8. */
const attempts = 2

/** Tells that the worker started or finished; nothing hangs on whether it is heard. */
export async function tellWorkerStatus(
  server: JobServer,
  status: WorkerStatus,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts && !signal.aborted; attempt++) {
    const answer = await server.workerStatus(status, signal)
    if (answer.kind === 'accepted') return
    log.warning(`worker status "${status}" ${answer.kind} (${attempt} of ${attempts}): ${answer.text}`)
    if (answer.kind === 'refused') return
  }
}

import type { Pauses } from '../job/backoff.ts'
import { lazily } from '../machines/lazily.ts'
import { pilotMachine } from '../machines/pilot.ts'
import { task } from '../machines/task.ts'
import type { JobServer } from '../server/port.ts'
import { jobActor } from './job.ts'
import { forgetRequest } from './job-request.ts'
import { start } from './pilot-start.ts'
import { take } from './pilot-take.ts'
import type { Ports } from './ports.ts'
import { createSession } from './session.ts'
import { tellWorkerStatus } from './worker-status.ts'

/** `pauses`: between two tries of a job's message, where they are not those of production. */
export function pilotActor(ports: Ports, pauses?: Pauses) {
  const session = createSession(ports)
  return pilotMachine.provide({
    actors: {
      start: task((_, signal) => start(ports, session, signal)),
      take: task((input, signal) => take(ports, session, input, signal)),
      job: lazily(() => jobActor({ ...ports, server: session.server }, pauses)),
      leave: task((end, signal) => leave(ports, session.server, signal, end.text)),
    },
  })
}

/** Says goodbye; whether the server hears it or not, the pilot leaves. */
async function leave(ports: Ports, server: JobServer, signal: AbortSignal, text: string): Promise<void> {
  const { log } = ports
  await forgetRequest(ports)
  log.info(text === '' ? 'the pilot leaves' : `the pilot leaves: ${text}`)
  await tellWorkerStatus(server, 'finished', log, signal)
}

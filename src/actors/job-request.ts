import { foldHistory } from '../job/job-state.ts'
import type { Ports } from './ports.ts'

/**
 * The server hands a job over once: when the pilot dies before its definition is in PilotDB, nobody knows which job it
 * was, and the server fails it when 30 minutes have passed without a word (contracts/panda-server.md 12). All that can
 * be done is to say so: each request is written down before it is made.
 */
export async function noteRequest(ports: Ports, at: number): Promise<void> {
  await quietly(ports, ports.files.write(noteOf(ports), String(at)))
}

/** The answer held no job, or the pilot leaves in order. */
export async function forgetRequest(ports: Ports): Promise<void> {
  await quietly(ports, ports.files.removeFile(noteOf(ports)))
}

/** Names a request of an earlier pilot process whose answer is not in the records. */
export async function nameUnansweredRequest(ports: Ports): Promise<void> {
  const { files, database, log } = ports
  if (!(await files.exists(noteOf(ports)))) return
  const askedAt = Number(await files.readStart(noteOf(ports), 20).catch(() => ''))
  const begun = database.jobs().map((key) => foldHistory(database.history(key)).definition?.startTime ?? 0)
  if (askedAt > 0 && !begun.some((startTime) => startTime >= askedAt)) {
    log.warning(
      `an earlier pilot process died when it had asked for a job at ${new Date(askedAt).toISOString()}: ` +
        'if the server handed one over, nobody heard it, and the server will fail it after 30 minutes',
    )
  }
  await forgetRequest(ports)
}

function noteOf({ settings }: Ports): string {
  return `${settings.launchDirectory}/job-request`
}

async function quietly({ log }: Ports, attempt: Promise<void>): Promise<void> {
  try {
    await attempt
  } catch (error) {
    log.warning(`the note of the request for a job: ${error instanceof Error ? error.message : String(error)}`)
  }
}

import { lstat } from 'node:fs/promises'
import { isTextFile, type TextFile } from '../job/text-file.ts'
import type { JobUpdate } from '../job/update.ts'
import { textOf } from './json-body.ts'
import type { ServerLog } from './log.ts'

/**
 * The update as it can be sent: a job report in a file that is not there any more, or not whole, is left out rather than the
 * update. The server then takes the number of events for all outputs (contracts/panda-server.md 5.5).
 */
export function withKeptText(update: JobUpdate, log: ServerLog): Promise<JobUpdate> {
  return withMetaData(update, log, async (file) => {
    const stats = await lstat(file.textFile)
    if (!stats.isFile() || stats.size !== file.bytes) throw new Error(`${file.textFile} is another file now`)
    return file
  })
}

/** The same with the text in place of its file, for a call that says many things at once. */
export function withText(update: JobUpdate, log: ServerLog): Promise<JobUpdate> {
  return withMetaData(update, log, textOf)
}

async function withMetaData(
  update: JobUpdate,
  log: ServerLog,
  look: (file: TextFile) => Promise<string | TextFile>,
): Promise<JobUpdate> {
  const { final } = update
  if (final === undefined || !isTextFile(final.metaData)) return update
  try {
    return { ...update, final: { ...final, metaData: await look(final.metaData) } }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warning(`the final update of job ${update.pandaId} goes without its job report: ${reason}`)
    return { ...update, final: { ...final, metaData: '' } }
  }
}

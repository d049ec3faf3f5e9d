import { appendFile, mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { PandaId } from '../job/ids.ts'

/**
 * Where the wrapper looks for the PandaIDs this pilot ran: in PANDA_PILOT_SOURCE, or in `pilot3` under the directory the
 * pilot was started in (contracts/pilot-core.md 1.3, 1.5).
 */
export function pandaIdsFile(
  launchDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const source = environment.PANDA_PILOT_SOURCE || 'pilot3'
  return join(resolve(launchDirectory, source), 'pandaIDs.out')
}

/** Appends a PandaID, one a line. Never rejects; undefined = done, otherwise what went wrong. */
export async function notePandaId(file: string, id: PandaId): Promise<string | undefined> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, `${id}\n`)
    return undefined
  } catch (cause) {
    return `PandaID ${id} could not be noted for the wrapper in ${file}: ${(cause as Error).message}`
  }
}

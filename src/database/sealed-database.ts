import type { JobKey } from '../job/ids.ts'
import { foldHistory } from '../job/job-state.ts'
import type { JobRecord, Recorded } from '../job/record.ts'
import type { PilotDatabase } from './port.ts'
import { isSealed, openSecretsKey, type SecretsKey } from './secrets-key.ts'

/** The fields of a definition that hold a user's secrets (contracts/panda-server.md 11). */
const secretFields = ['secrets', 'pilotSecrets'] as const

/**
 * The same database, in whose files the secrets of a definition cannot be read: they are sealed on the way in and opened
 * on the way out, since a resumed job must still know what to hide. The key lies beside the database and is destroyed at
 * `close` when every job was delivered. `warn` is told when an unfinished job's secrets can neither be kept nor opened.
 */
export async function sealedDatabase(
  database: PilotDatabase,
  directory: string,
  warn: (text: string) => void,
): Promise<PilotDatabase> {
  const key = await openSecretsKey(directory).catch((cause: Error) => {
    warn(`the secrets of jobs cannot be kept: ${cause.message}`)
    return undefined
  })
  const lost = new Set<JobKey>()

  function history(job: JobKey): readonly Recorded[] {
    const records = database.history(job)
    const seen = records.map((recorded) => ({ ...recorded, record: opened(recorded.record, job, key) }))
    if (!lost.has(job) && seen.some(({ record }) => keepsSeal(record)) && !foldHistory(records).delivered) {
      lost.add(job)
      warn(`the secrets of job ${job} cannot be opened any more: what its payload showed of them cannot be hidden`)
    }
    return seen
  }

  return {
    write: (job, record, durability) => database.write(job, sealed(record, job, key, warn), durability),
    history,
    jobs: () => database.jobs(),
    forget: (job) => database.forget(job),
    async close() {
      const allDelivered = database.jobs().every((job) => foldHistory(database.history(job)).delivered)
      await database.close()
      if (allDelivered) await key?.destroy().catch(() => undefined)
    },
  }
}

function sealed(record: JobRecord, job: JobKey, key: SecretsKey | undefined, warn: (text: string) => void): JobRecord {
  const given = definitionOf(record)
  if (record.kind !== 'definition' || given === undefined) return record
  const definition = { ...given }
  for (const field of secretFields) {
    const value = given[field]
    if (value === undefined || value === null || value === '') continue
    try {
      definition[field] = key === undefined ? '' : key.seal(JSON.stringify(value), job)
    } catch (cause) {
      warn(`the secrets of job ${job} cannot be kept: ${(cause as Error).message}`)
      definition[field] = ''
    }
  }
  return { ...record, definition }
}

function opened(record: JobRecord, job: JobKey, key: SecretsKey | undefined): JobRecord {
  const given = definitionOf(record)
  if (record.kind !== 'definition' || given === undefined || !keepsSeal(record)) return record
  const definition = { ...given }
  for (const field of secretFields) {
    const value = given[field]
    const text = isSealed(value) ? key?.open(value, job) : undefined
    if (text !== undefined) definition[field] = JSON.parse(text)
  }
  return { ...record, definition }
}

function keepsSeal(record: JobRecord): boolean {
  const definition = definitionOf(record)
  return definition !== undefined && secretFields.some((field) => isSealed(definition[field]))
}

function definitionOf(record: JobRecord): Record<string, unknown> | undefined {
  if (record.kind !== 'definition' || typeof record.definition !== 'object' || Array.isArray(record.definition)) {
    return undefined
  }
  return record.definition === null ? undefined : (record.definition as Record<string, unknown>)
}

import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobKey } from '../job/ids.ts'

/** The number of the last record of every job, as the pilot acknowledged it. */
export type Manifest = ReadonlyMap<JobKey, number>

export type ReadManifest =
  | { readonly kind: 'read'; readonly manifest: Manifest }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly text: string }

const manifestName = 'manifest.json'

/**
 * The witness outside LMDB: a job or a record that it names and the database does not have is lost. It never says too
 * much: it follows the commit of a record, and precedes the removal of a job. Never rejects.
 */
export async function readManifest(directory: string): Promise<ReadManifest> {
  try {
    const { jobs } = JSON.parse(await readFile(join(directory, manifestName), 'utf8')) as { jobs: object }
    const entries = Object.entries(jobs).map(([job, last]) => [job as JobKey, Number(last)] as const)
    if (entries.some(([, last]) => !Number.isSafeInteger(last) || last < 0)) throw new Error('a count is no number')
    return { kind: 'read', manifest: new Map(entries) }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'unreadable', text: message }
  }
}

/**
 * Replaces the manifest at once, by rename. `sync`: it is on disk afterwards; otherwise it outlives the process, not the
 * machine. Throws what the file system throws; then the old one stands.
 */
export async function writeManifest(directory: string, manifest: Manifest, sync: boolean): Promise<void> {
  const path = join(directory, manifestName)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify({ jobs: Object.fromEntries(manifest) }))
    if (sync) await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  if (sync) await syncDirectory(directory)
}

/** Puts names that were made, moved or removed in a directory on disk. Throws what the file system throws. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

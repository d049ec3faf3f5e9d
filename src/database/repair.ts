import { copyFile, link, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobKey } from '../job/ids.ts'
import { commitNow } from './commit.ts'
import { openLmdb } from './lmdb-files.ts'
import { type Manifest, syncDirectory } from './manifest.ts'
import { schemaVersion } from './migrations.ts'
import { scanPages } from './page-scan.ts'
import { recordBytes, type StoredRecord } from './record-bytes.ts'

export interface RepairOrder {
  readonly directory: string
  /** Which jobs there are, and how many records; undefined: whatever is found. */
  readonly manifest: Manifest | undefined
  /** Records that were kept outside the damaged file. */
  readonly known: readonly StoredRecord[]
  /** ms since the epoch. */
  readonly now: number
  readonly warn: (text: string) => void
}

/**
 * Puts a fresh database in the place of a damaged one: every record whose checksum proves it, and for each number that is
 * lost a mark, so that it is never given out again. The damaged files are kept in `quarantine-<time>/`. The exchange is one
 * rename: whoever dies before it has changed nothing. Throws what the file system throws.
 */
export async function repair({ directory, manifest, known, now, warn }: RepairOrder): Promise<void> {
  const data = join(directory, 'data.mdb')
  const quarantine = join(
    directory,
    `quarantine-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${now % 1000}`,
  )
  await mkdir(quarantine, { mode: 0o700 })
  const damaged = await readFile(data).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (damaged !== undefined) await link(data, join(quarantine, 'data.mdb'))
  for (const name of ['manifest.json', 'journal.jsonl']) {
    await copyFile(join(directory, name), join(quarantine, name)).catch(() => undefined)
  }

  const { saved, lost } = sortOut(scanPages(damaged ?? Buffer.alloc(0)), manifest, known)
  const fresh = join(directory, 'rebuild')
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  const files = openLmdb(fresh)
  files.about.putSync('schema', String(schemaVersion))
  const marks = lost.flatMap(({ job, seqs }) => seqs.map((seq): StoredRecord => ({ job, seq, at: now, record: null })))
  const all = [...saved, ...marks].sort((a, b) => a.seq - b.seq)
  commitNow(
    files,
    all.map((stored) => ({ job: stored.job, seq: stored.seq, bytes: recordBytes(stored) })),
  )
  await files.root.close()
  await rm(join(directory, 'lock.mdb'), { force: true })
  await rename(join(fresh, 'data.mdb'), data)
  await rm(fresh, { recursive: true, force: true })
  await syncDirectory(directory)

  warn(
    `the damaged files are in ${quarantine}; ${saved.filter(({ record }) => record !== null).length} records were saved`,
  )
  for (const { job, seqs } of lost)
    warn(`of job ${job} ${seqs.length === 1 ? 'record' : 'records'} ${ranges(seqs)} lost`)
}

interface Sorted {
  readonly saved: readonly StoredRecord[]
  readonly lost: readonly { readonly job: JobKey; readonly seqs: readonly number[] }[]
}

function sortOut(
  scanned: ReadonlyMap<JobKey, ReadonlyMap<number, StoredRecord>>,
  manifest: Manifest | undefined,
  known: readonly StoredRecord[],
): Sorted {
  const saved: StoredRecord[] = []
  const lost: { job: JobKey; seqs: number[] }[] = []
  const jobs = new Set([...(manifest ?? scanned).keys(), ...known.map(({ job }) => job)])
  for (const job of jobs) {
    const found = new Map(scanned.get(job))
    for (const stored of known) if (stored.job === job) found.set(stored.seq, stored)
    saved.push(...found.values())
    const last = Math.max(manifest?.get(job) ?? 0, ...found.keys())
    const seqs = Array.from({ length: last }, (_, index) => index + 1).filter((seq) => !found.has(seq))
    if (seqs.length > 0) lost.push({ job, seqs })
  }
  return { saved, lost }
}

/** `3–7 and 9 are`, `3 is`. */
function ranges(seqs: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const seq of seqs) {
    const run = runs.at(-1)
    if (run?.[1] === seq - 1) run[1] = seq
    else runs.push([seq, seq])
  }
  const texts = runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
  const list = texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
  return `${list} ${seqs.length === 1 ? 'is' : 'are'}`
}

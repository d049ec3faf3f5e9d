import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobKey } from '../job/ids.ts'
import type { Recorded } from '../job/record.ts'
import { judge } from './damage.ts'
import { readJournal } from './journal.ts'
import { holderText, isGone, readHolder, thisProcess } from './lock-holder.ts'
import { type Manifest, type ReadManifest, readManifest } from './manifest.ts'
import { scanPages } from './page-scan.ts'
import { lockName } from './pilot-lock.ts'
import { probe } from './probe.ts'
import type { StoredRecord } from './record-bytes.ts'

export interface SeenJob {
  readonly job: JobKey
  readonly history: readonly Recorded[]
  /** Sequence numbers that were acknowledged and cannot be found. */
  readonly missing: readonly number[]
}

export type SeenDatabase =
  | {
      readonly kind: 'seen'
      readonly jobs: readonly SeenJob[]
      /** The pilot that holds it, in words. */
      readonly holder: string | undefined
      /** What is not as it should be, in words. */
      readonly notes: readonly string[]
    }
  | { readonly kind: 'refused'; readonly text: string }

/**
 * Reads a database for people: also while a pilot holds it, and as far as it can be read when it is damaged. Changes no
 * record. Rejects with what the file system says.
 */
export async function readDatabase(directory: string): Promise<SeenDatabase> {
  const notes: string[] = []
  const holder = await livingHolder(directory)
  const before = await readManifest(directory)
  const probed = await probe(directory, 'records')
  const journal = await readJournal(directory)
  const witness = inBoth(before, await readManifest(directory))
  if (probed.kind === 'empty' && witness.kind === 'none' && !journal.exists) {
    return { kind: 'refused', text: `there is no pilot database in ${directory}: name its directory by --database DIR` }
  }
  const judgement = judge(probed, witness, journal)
  if (judgement.kind === 'refused') return { kind: 'refused', text: `database ${directory}: ${judgement.text}` }
  if (judgement.kind === 'damaged') notes.push(`the database is damaged: ${judgement.text}`)
  if (witness.kind === 'unreadable') notes.push(`the manifest cannot be read: ${witness.text}`)
  for (const line of journal.damagedLines) notes.push(`line ${line} of the journal is damaged`)

  const read = probed.kind === 'read' ? probed.records : []
  const scanned = judgement.kind === 'damaged' ? await scanFile(directory) : []
  const manifest = witness.kind === 'read' ? witness.manifest : undefined
  const readJobs = new Set(read.map(({ job }) => job))
  // Pages that LMDB has given up hold jobs long forgotten: of those found there, only the known ones live.
  const lives = (job: JobKey) => readJobs.has(job) || (manifest?.has(job) ?? probed.kind !== 'read')
  const stored = [...scanned, ...read].filter(({ job }) => lives(job) && !journal.forgotten.has(job))
  return { kind: 'seen', jobs: jobsOf([...stored, ...journal.records], manifest ?? new Map()), holder, notes }
}

async function scanFile(directory: string): Promise<readonly StoredRecord[]> {
  const file = await readFile(join(directory, 'data.mdb')).catch(() => Buffer.alloc(0))
  return [...scanPages(file).values()].flatMap((records) => [...records.values()])
}

/** A pilot at work may have begun or forgotten jobs meanwhile. */
function inBoth(before: ReadManifest, after: ReadManifest): ReadManifest {
  if (before.kind !== 'read' || after.kind !== 'read') return after
  return { kind: 'read', manifest: new Map([...before.manifest].filter(([job]) => after.manifest.has(job))) }
}

function jobsOf(stored: readonly StoredRecord[], manifest: Manifest): SeenJob[] {
  const found = new Map<JobKey, Map<number, StoredRecord>>([...manifest.keys()].map((job) => [job, new Map()]))
  for (const one of stored) found.set(one.job, (found.get(one.job) ?? new Map()).set(one.seq, one))
  return [...found].map(([job, records]) => {
    const history: Recorded[] = []
    const missing: number[] = []
    for (let seq = 1; seq <= Math.max(manifest.get(job) ?? 0, ...records.keys()); seq += 1) {
      const one = records.get(seq)
      if (one?.record) history.push({ seq, at: one.at, record: one.record })
      else missing.push(seq)
    }
    return { job, history, missing }
  })
}

async function livingHolder(directory: string): Promise<string | undefined> {
  const holder = await readHolder(join(directory, lockName))
  if (holder === undefined) return undefined
  const me = await thisProcess()
  return (await isGone(holder, me, false)) ? undefined : holderText(holder, me)
}

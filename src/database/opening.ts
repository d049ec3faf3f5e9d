import { commitNow } from './commit.ts'
import { judge } from './damage.ts'
import { createJobIndex, type JobIndex } from './job-index.ts'
import { readJournal, removeJournal } from './journal.ts'
import { type LmdbFiles, openLmdb } from './lmdb-files.ts'
import { readManifest, writeManifest } from './manifest.ts'
import { migrations, schemaVersion } from './migrations.ts'
import { probe } from './probe.ts'
import { recordBytes, type StoredRecord } from './record-bytes.ts'
import { repair } from './repair.ts'
import { setReserveAside } from './reserve.ts'
import { walk } from './walk.ts'

export interface OpeningOrder {
  readonly directory: string
  /** ms since the epoch. */
  readonly now: () => number
  readonly warn: (text: string) => void
}

export type OpenedFiles =
  | {
      readonly kind: 'open'
      readonly files: LmdbFiles
      readonly index: JobIndex
      /** Never rejects; the pilot need not wait for it. */
      readonly reserved: Promise<void>
    }
  | { readonly kind: 'refused'; readonly text: string }

/**
 * From a directory that is held to a database that can be trusted: read by a child first, repaired where it is damaged,
 * of today's form, with all that the journal of an earlier pilot held. Throws what the file system and LMDB throw.
 */
export async function openFiles({ directory, now, warn }: OpeningOrder): Promise<OpenedFiles> {
  const [witness, journal] = await Promise.all([readManifest(directory), readJournal(directory)])
  if (witness.kind === 'unreadable') warn(`the manifest cannot be read, lost jobs may go unnoticed: ${witness.text}`)
  for (const line of journal.damagedLines) warn(`line ${line} of the journal is damaged: its record is lost`)
  const judgement = judge(await probe(directory, 'verdict'), witness, journal)
  if (judgement.kind === 'refused') return judgement
  if (judgement.kind === 'damaged') {
    warn(`the database is damaged: ${judgement.text}`)
    const manifest = witness.kind === 'read' ? witness.manifest : undefined
    if (witness.kind === 'none') warn('there is no manifest: what was lost whole is not known')
    await repair({ directory, manifest, known: journal.records, now: now(), warn })
  }

  const files = openLmdb(directory)
  const walked = walk(files)
  if (walked.form !== schemaVersion) bringUp(files, walked.form, walked.records, warn)
  const kept = begun(walked.records, journal.records)
  const stored = [...walked.records.filter(({ job }) => !journal.forgotten.has(job)), ...kept]
  const index = createJobIndex(stored)
  if (journal.exists) {
    for (const job of journal.forgotten) {
      const last = Math.max(0, ...walked.records.map((record) => (record.job === job ? record.seq : 0)))
      commitNow(files, [{ job, seq: last, bytes: undefined }])
    }
    commitNow(files, kept.map(changeOf))
  }
  // Of no job it says nothing: the first record of the first job brings it, on disk before that is acknowledged.
  if (witness.kind !== 'none' || index.jobs().length > 0) await writeManifest(directory, index.manifest(), true)
  if (journal.exists) await removeJournal(directory)
  const reserved = setReserveAside(directory).catch((cause: Error) => {
    warn(`no space could be set aside for a full disk: ${cause.message}`)
  })
  return { kind: 'open', files, index, reserved }
}

/**
 * Those of the journal's records whose job has a beginning. A machine that loses its power may have an old journal again,
 * with records of jobs that were forgotten since: of them no beginning is left, which is written to LMDB at once.
 */
function begun(stored: readonly StoredRecord[], journal: readonly StoredRecord[]): readonly StoredRecord[] {
  const jobs = new Set(stored.map(({ job }) => job))
  for (const { job, seq } of journal) if (seq === 1) jobs.add(job)
  return journal.filter(({ job }) => jobs.has(job))
}

/** Writes records that were read in an older form in today's, and the form, in one transaction. */
function bringUp(
  files: LmdbFiles,
  form: number | undefined,
  records: readonly StoredRecord[],
  warn: (text: string) => void,
): void {
  files.root.transactionSync(() => {
    commitNow(files, records.map(changeOf))
    files.about.putSync('schema', String(schemaVersion))
  })
  for (const { from, to, what } of migrations) {
    if (form !== undefined && from >= form)
      warn(`${records.length} records brought from form ${from} to ${to}: ${what}`)
  }
}

function changeOf(stored: StoredRecord) {
  return { job: stored.job, seq: stored.seq, bytes: recordBytes(stored) }
}

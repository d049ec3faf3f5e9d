import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobKey } from '../job/ids.ts'
import { recordLine, recordOfLine, type StoredRecord } from './record-bytes.ts'
import type { Change } from './transaction.ts'

const journalName = 'journal.jsonl'

export interface Journal {
  /** All of the changes or none. Rejects with what the file system says. `sync`: on disk when it resolves. */
  append(changes: readonly Change[], sync: boolean): Promise<void>
  /** For when LMDB has all that was appended. Rejects with what the file system says. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** Records that LMDB has not taken, or cannot take any more: one line each, appended. Opened with the first append. */
export function createJournal(directory: string): Journal {
  let file: FileHandle | undefined
  let length = 0
  return {
    async append(changes, sync) {
      if (file === undefined) {
        file = await open(join(directory, journalName), 'a', 0o600)
        length = (await file.stat()).size
      }
      const bytes = Buffer.from(changes.map(lineOf).join(''))
      try {
        await file.appendFile(bytes)
        if (sync) await file.datasync()
        length += bytes.length
      } catch (cause) {
        // A half line would take the next one with it.
        await file.truncate(length).catch(() => undefined)
        throw cause
      }
    },
    async clear() {
      if (length === 0) return
      await file?.truncate()
      length = 0
    },
    async close() {
      await file?.close()
    },
  }
}

function lineOf({ job, bytes }: Change): string {
  return bytes === undefined ? `forget ${job}\n` : recordLine(bytes)
}

export interface ReadJournal {
  readonly exists: boolean
  /** Records of jobs that were not forgotten after them. */
  readonly records: readonly StoredRecord[]
  readonly forgotten: ReadonlySet<JobKey>
  /** Numbers of damaged lines; a half line at the end was never acknowledged and is none. */
  readonly damagedLines: readonly number[]
}

/** Reads what a pilot before this one had to put there. Rejects with what the file system says. */
export async function readJournal(directory: string): Promise<ReadJournal> {
  let text: string
  try {
    text = await readFile(join(directory, journalName), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    return { exists: false, records: [], forgotten: new Set(), damagedLines: [] }
  }
  let records: StoredRecord[] = []
  const forgotten = new Set<JobKey>()
  const damagedLines: number[] = []
  const lines = text.split('\n')
  lines.pop()
  for (const [index, line] of lines.entries()) {
    const job = /^forget (\d+\.\d+)$/.exec(line)?.[1] as JobKey | undefined
    if (job !== undefined) {
      forgotten.add(job)
      records = records.filter((record) => record.job !== job)
      continue
    }
    const stored = recordOfLine(line)
    if (stored === undefined) damagedLines.push(index + 1)
    else records.push(stored)
  }
  return { exists: true, records, forgotten, damagedLines }
}

/** For when all of it is in the database. Throws what the file system throws. */
export async function removeJournal(directory: string): Promise<void> {
  await unlink(join(directory, journalName))
}

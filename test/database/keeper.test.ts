import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJournal, type Journal, readJournal } from '../../src/database/journal.ts'
import { createKeeper, type Keeper } from '../../src/database/keeper.ts'
import { type LmdbFiles, openLmdb } from '../../src/database/lmdb-files.ts'
import { recordBytes } from '../../src/database/record-bytes.ts'
import type { Change } from '../../src/database/transaction.ts'
import type { JobKey } from '../../src/job/ids.ts'

const job = '1.1' as JobKey

let directory: string
let files: LmdbFiles
let warnings: string[]
let commits: (string | undefined)[]
let committed: number[]
let journalFailure: string | undefined
let keeper: Keeper

function change(seq: number): Change {
  const record = { kind: 'phase', phase: 'payload', cause: `${seq}` } as const
  return { job, seq, bytes: recordBytes({ job, seq, at: 0, record }) }
}

/** The real journal, behind a disk that can be full. */
function journalOnDisk(): Journal {
  const journal = createJournal(directory)
  return {
    async append(changes, sync) {
      if (journalFailure !== undefined) throw new Error(journalFailure)
      await journal.append(changes, sync)
    },
    clear: () => journal.clear(),
    close: () => journal.close(),
  }
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-keeper-'))
  await writeFile(join(directory, 'reserve'), 'x')
  files = openLmdb(directory)
  warnings = []
  commits = []
  committed = []
  journalFailure = undefined
  keeper = createKeeper({
    directory,
    files,
    journal: journalOnDisk(),
    commit: async (_, changes) => {
      const problem = commits.shift()
      if (problem === undefined) committed.push(...changes.map(({ seq }) => seq))
      return problem
    },
    warn: (text) => warnings.push(text),
  })
})

afterEach(async () => {
  await keeper.close()
  await files.root.close()
  await rm(directory, { recursive: true })
})

/** What is in memory only, and why. */
async function keep(sync: boolean, ...seqs: readonly number[]): Promise<ReadonlyMap<Change, string>> {
  return (await keeper.keep(seqs.map(change), sync)).unkept
}

const inJournal = async () => (await readJournal(directory)).records.map(({ seq }) => seq)
const hasReserve = () =>
  stat(join(directory, 'reserve')).then(
    () => true,
    () => false,
  )

test('on a full disk the reserve is freed and LMDB goes on', async () => {
  commits = ['No space left on device', undefined, undefined]
  expect((await keep(true, 1)).size).toBe(0)
  expect(await hasReserve()).toBe(false)
  expect((await keep(true, 2)).size).toBe(0)
  expect(await inJournal()).toEqual([])
  expect(warnings).toEqual(['the disk is full: the space set aside for the last records was freed'])
})

test('after an I/O error LMDB gets nothing more, however well it would go', async () => {
  commits = ['Input/output error', undefined]
  expect((await keep(true, 1)).size).toBe(0)
  expect((await keep(false, 2)).size).toBe(0)
  expect(await inJournal()).toEqual([1, 2])
  expect(commits).toEqual([undefined])
  // The space is for a full disk: this one only fails.
  expect(await hasReserve()).toBe(true)
  expect(warnings).toEqual([
    'the database takes no records any more (Input/output error): they go to its journal, for the next pilot here',
  ])
})

test('what the journal cannot take is told, waits in memory, and is taken with the next that it takes', async () => {
  commits = ['Input/output error']
  journalFailure = 'EIO'
  expect([...(await keep(true, 1, 2)).values()]).toEqual(['EIO', 'EIO'])
  expect((await keep(true, 3)).size).toBe(1)
  journalFailure = undefined
  expect((await keep(true, 4)).size).toBe(0)
  expect((await inJournal()).toSorted()).toEqual([1, 2, 3, 4])
  expect(warnings).toEqual([
    expect.stringContaining('the database takes no records any more'),
    'the space set aside for the last records was freed',
    'records are kept in memory only, the journal cannot be written: EIO',
    'the journal has taken 3 records that were in memory only',
  ])
})

test('what need not be on disk waits in the journal, and goes along with the next commit, in order', async () => {
  expect(await keeper.keep([change(1)], false)).toEqual({ unkept: new Map(), isPending: true })
  await keep(false, 2, 3)
  expect([committed, await inJournal()]).toEqual([[], [1, 2, 3]])
  expect(await keeper.keep([change(4)], true)).toEqual({ unkept: new Map(), isPending: false })
  expect(committed).toEqual([1, 2, 3, 4])
  await keep(false, 5)
  expect([committed, await inJournal()]).toEqual([[1, 2, 3, 4], [5]])
})

test('what still waits at the end is committed then, and no journal is left', async () => {
  await keep(false, 1)
  await keeper.close()
  expect(committed).toEqual([1])
  expect((await readJournal(directory)).exists).toBe(false)
})

test('what waits is in the journal on disk when LMDB fails with the next commit', async () => {
  await keep(false, 1)
  commits = ['Input/output error']
  expect((await keep(true, 2)).size).toBe(0)
  expect(await inJournal()).toEqual([1, 2])
})

test('without a journal everything is committed at once', async () => {
  journalFailure = 'EROFS'
  expect((await keep(false, 1)).size).toBe(0)
  expect(committed).toEqual([1])
})

test('a commit is made when many wait', async () => {
  for (let seq = 1; seq <= 1001; seq += 1) await keep(false, seq)
  expect(committed).toHaveLength(1001)
})

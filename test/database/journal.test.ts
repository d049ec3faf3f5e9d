import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJournal, readJournal } from '../../src/database/journal.ts'
import { openDatabase } from '../../src/database/pilot-database.ts'
import { recordBytes } from '../../src/database/record-bytes.ts'
import type { Change } from '../../src/database/transaction.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'

const job = '1.1' as JobKey
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-journal-'))
})

afterEach(() => rm(directory, { recursive: true }))

const phase = (cause: string): JobRecord => ({ kind: 'phase', phase: 'payload', cause })

function change(seq: number, cause = `${seq}`, of = job): Change {
  return { job: of, seq, bytes: recordBytes({ job: of, seq, at: 7, record: phase(cause) }) }
}

async function write(...changes: readonly Change[]): Promise<void> {
  const journal = createJournal(directory)
  await journal.append(changes, true)
  await journal.close()
}

const path = () => join(directory, 'journal.jsonl')
const seqs = async () => (await readJournal(directory)).records.map(({ seq }) => seq)

test('records come back as they were, whatever is in them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (causes) => {
      await rm(path(), { force: true })
      await write(...causes.map((cause, index) => change(index + 1, cause)))
      const { records, damagedLines } = await readJournal(directory)
      expect(damagedLines).toEqual([])
      expect(records.map(({ record }) => record)).toEqual(
        causes.map((cause) => JSON.parse(JSON.stringify(phase(cause)))),
      )
    }),
    { numRuns: 50 },
  )
})

test('cut anywhere, it holds every whole line before the cut, and nothing else', async () => {
  await write(change(1), change(2, 'ä"\n'), change(3))
  const whole = await readFile(path())
  const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1)
  for (let length = 0; length <= whole.length; length += 1) {
    await writeFile(path(), whole.subarray(0, length))
    expect(await seqs()).toEqual([1, 2, 3].slice(0, ends.filter((end) => end <= length).length))
  }
})

test('a damaged line is named, and takes no other with it', async () => {
  await write(change(1), change(2), change(3))
  const text = await readFile(path(), 'utf8')
  await writeFile(path(), text.replace('"cause":"2"', '"cause":"9"'))
  const { records, damagedLines } = await readJournal(directory)
  expect(records.map(({ seq }) => seq)).toEqual([1, 3])
  expect(damagedLines).toEqual([2])
})

test('a forgotten job is gone, one begun again under its key is there', async () => {
  await write(change(1), { job, seq: 1, bytes: undefined }, change(1, 'again'))
  const { records, forgotten } = await readJournal(directory)
  expect(records.map(({ record }) => record)).toEqual([phase('again')])
  expect([...forgotten]).toEqual([job])
})

test('the next opening takes it into the database, over what a rejected commit left there', async () => {
  const first = await openDatabase(directory)
  if (first.kind === 'refused') throw new Error(first.text)
  const other = '2.1' as JobKey
  for (const cause of ['a', 'rejected']) await first.database.write(job, phase(cause), 'flushed')
  await first.database.write(other, phase('x'), 'flushed')
  await first.database.close()
  await write(change(2, 'b'), change(3, 'c'), { job: other, seq: 1, bytes: undefined })
  await appendFile(path(), 'half a li')

  for (const time of ['first', 'second']) {
    const warnings: string[] = []
    const opened = await openDatabase(directory, { warn: (text) => warnings.push(text) })
    if (opened.kind === 'refused') throw new Error(opened.text)
    const causes = opened.database.history(job).map(({ record }) => ('cause' in record ? record.cause : ''))
    expect(causes).toEqual(['a', 'b', 'c'])
    expect(opened.database.jobs()).toEqual([job])
    await opened.database.close()
    expect([time, warnings]).toEqual([time, []])
  }
})

test('an old one that a loss of power brought back says nothing of jobs that were forgotten', async () => {
  await write(change(2), change(3))
  const opened = await openDatabase(directory)
  if (opened.kind === 'refused') throw new Error(opened.text)
  expect(opened.database.jobs()).toEqual([])
  await opened.database.close()
})

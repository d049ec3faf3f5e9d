import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLmdb } from '../../src/database/lmdb-files.ts'
import { migrations, schemaVersion } from '../../src/database/migrations.ts'
import { openDatabase } from '../../src/database/pilot-database.ts'
import { readDatabase } from '../../src/database/reading.ts'
import type { JobKey } from '../../src/job/ids.ts'
import { form1Jobs, form1Step } from './fixtures/write-form-1.ts'

const fixture = join(import.meta.dirname, 'fixtures/form-1/data.mdb')

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-form-'))
  await copyFile(fixture, join(directory, 'data.mdb'))
})

afterEach(() => rm(directory, { recursive: true }))

const expected = form1Jobs.map(([job, records]) => ({
  job,
  history: records.map((record, index) => ({ seq: index + 1, at: (index + 1) * form1Step, record })),
}))

async function opened() {
  const warnings: string[] = []
  const result = await openDatabase(directory, { warn: (text) => warnings.push(text) })
  if (result.kind === 'refused') throw new Error(result.text)
  const { database } = result
  const jobs = database.jobs().map((job) => ({ job, history: database.history(job) }))
  return { database, jobs, warnings }
}

test('the migrations are a way from form 1 to the present one', () => {
  expect(migrations.map(({ from }) => from)).toEqual(migrations.map((_, index) => index + 1))
  expect(migrations.map(({ to }) => to)).toEqual(migrations.map((_, index) => index + 2))
  expect(schemaVersion).toBe(migrations.length + 1)
})

test('a database of form 1 is brought up once, with every record as it was, and goes on', async () => {
  const first = await opened()
  expect(first.jobs).toEqual(expected)
  expect(first.warnings).toEqual(['5 records brought from form 1 to 2: a record names its job and number itself'])
  const outcome = { kind: 'outcome', outcome: 'finished', code: 0, text: '' } as const
  expect((await first.database.write('6001.2' as JobKey, outcome, 'flushed')).kind).toBe('failed')
  await first.database.close()

  const second = await opened()
  expect(second.jobs).toEqual(expected)
  expect(second.warnings).toEqual([])
  await second.database.close()
})

test('a database of form 1 can be looked at without changing it', async () => {
  const seen = await readDatabase(directory)
  const jobs = seen.kind === 'seen' ? seen.jobs : []
  expect(jobs.map(({ job, history }) => ({ job, history }))).toEqual(expected)
  expect((await readdir(directory)).filter((name) => name !== 'lock.mdb')).toEqual(['data.mdb'])
})

test.each([
  ['99', `was written by a newer pilot (form 99, known up to ${schemaVersion})`],
  ['of another kind', 'is not a database of this pilot'],
])('form “%s” is refused, and left as it was', async (form, text) => {
  const files = openLmdb(directory)
  files.about.putSync('schema', form)
  await files.root.close()
  const result = await openDatabase(directory)
  expect(result).toMatchObject({ kind: 'refused', text: expect.stringContaining(text) })
  expect((await readDatabase(directory)).kind).toBe('refused')
})

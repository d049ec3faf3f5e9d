import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DatabaseOptions, openDatabase } from '../../src/database/pilot-database.ts'
import type { PilotDatabase } from '../../src/database/port.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'
import { databaseContract } from './database.contract.ts'

const job = '42.1' as JobKey
const phase = (cause: string): JobRecord => ({ kind: 'phase', phase: 'payload', cause })

let base: string
let directory: string
let opened: PilotDatabase[]
let warnings: string[]

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'pilotdb-'))
  directory = join(base, 'db')
  opened = []
  warnings = []
})

afterEach(async () => {
  for (const database of opened) await database.close()
  await rm(base, { recursive: true })
})

async function openHere(options: DatabaseOptions = {}): Promise<PilotDatabase> {
  const result = await openDatabase(directory, { warn: (text) => warnings.push(text), ...options })
  if (result.kind === 'refused') throw new Error(result.text)
  opened.push(result.database)
  return result.database
}

async function refusal(options: DatabaseOptions = {}): Promise<string> {
  const result = await openDatabase(directory, options)
  if (result.kind === 'refused') return result.text
  await result.database.close()
  return 'not refused'
}

async function filled(...records: readonly JobRecord[]): Promise<void> {
  const database = await openHere()
  for (const record of records) await database.write(job, record, 'flushed')
  await database.close()
}

const causes = (database: PilotDatabase) =>
  database.history(job).map(({ record }) => ('cause' in record ? record.cause : record.kind))

databaseContract('PilotDB on LMDB', async (now) => ({
  database: await openHere({ now }),
  remove: async () => undefined,
}))

describe('opened again', () => {
  test('has the histories, and goes on with them', async () => {
    await filled(phase('a'), { kind: 'outcome', outcome: 'failed', code: 1, text: '' })
    const database = await openHere()
    expect(database.jobs()).toEqual([job])
    expect(causes(database)).toEqual(['a', 'outcome'])
    expect((await database.write(job, { kind: 'outcome', outcome: 'finished', code: 0, text: '' }, 'soon')).kind).toBe(
      'failed',
    )
    expect(await database.write(job, phase('b'), 'soon')).toEqual({ kind: 'written', seq: 3 })
    expect(warnings).toEqual([])
  })

  test('what was forgotten stays forgotten', async () => {
    const database = await openHere()
    await database.write(job, phase('a'), 'soon')
    await database.forget(job)
    await database.close()
    expect((await openHere()).jobs()).toEqual([])
  })
})

describe('refused with a text for people', () => {
  test('a directory another pilot holds', async () => {
    await openHere()
    expect(await refusal()).toBe(
      `database ${directory}: is held by the pilot with pid ${process.pid}: name another directory by --database DIR, ` +
        `or remove ${join(directory, 'pilot-lock.json')} if that one is gone`,
    )
  })

  test('a network file system', async () => {
    expect(await refusal({ networkFileSystem: async () => 'Lustre' })).toContain(
      'is on Lustre, where it would not be safe: name a directory on a local disk by --database DIR',
    )
    expect(await readdir(directory)).toEqual([])
  })

  test('a database of a newer pilot, which is left as it was', async () => {
    await filled(phase('a'))
    const root = open({ path: directory })
    root.openDB<string, string>({ name: 'about', encoding: 'string' }).putSync('schema', '3')
    await root.close()
    expect(await refusal()).toContain('was written by a newer pilot (form 3, known up to 2)')
    expect((await readdir(directory)).toSorted()).toEqual(['data.mdb', 'lock.mdb', 'manifest.json', 'reserve'])
  })

  test('a path that is a file', async () => {
    await writeFile(directory, '')
    expect(await refusal()).toContain('is not a directory')
  })
})

describe('the directory', () => {
  test('and its files are closed to others', async () => {
    const before = process.umask(0)
    try {
      await filled(phase('a'))
    } finally {
      process.umask(before)
    }
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const file of await readdir(directory)) {
      expect((await stat(join(directory, file))).mode & 0o077).toBe(0)
    }
  })
})

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
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

/** LMDB without our checks, as a disk fault would reach the data. */
async function behind(action: (records: ReturnType<typeof openRecords>) => void): Promise<void> {
  const root = open({ path: directory })
  const records = openRecords(root)
  action(records)
  await root.close()
}

const openRecords = (root: ReturnType<typeof open>) =>
  root.openDB<Buffer, [string, number]>({ name: 'records', encoding: 'binary' })
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

describe('damage', () => {
  test.each([0, 3, 4, 20])('a changed byte at %i ends the history before it, with a warning', async (at) => {
    await filled(phase('a'), phase('b'), phase('c'))
    await behind((records) => {
      const bytes = Buffer.from(records.get([job, 2]) ?? '')
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      records.putSync([job, 2], bytes)
    })
    const database = await openHere()
    expect(causes(database)).toEqual(['a'])
    expect(warnings).toEqual([
      'record 2 of job 42.1 is damaged or follows a gap: it was moved aside',
      'record 3 of job 42.1 is damaged or follows a gap: it was moved aside',
    ])
  })

  test('a missing record ends the history', async () => {
    await filled(phase('a'), phase('b'), phase('c'))
    await behind((records) => records.removeSync([job, 2]))
    expect(causes(await openHere())).toEqual(['a'])
  })

  test('a record that turns up in another place is not believed', async () => {
    await filled(phase('a'), phase('b'))
    await behind((records) => records.putSync([job, 2], records.get([job, 1]) ?? Buffer.alloc(0)))
    expect(causes(await openHere())).toEqual(['a'])
  })

  test('a cut value is not believed', async () => {
    await filled(phase('a'), phase('b'))
    await behind((records) => records.putSync([job, 2], Buffer.alloc(3)))
    expect(causes(await openHere())).toEqual(['a'])
  })

  test('the history that is left can be continued, and survives the next opening', async () => {
    await filled(phase('a'), phase('b'), phase('c'))
    await behind((records) => records.removeSync([job, 1]))
    const database = await openHere()
    expect(database.jobs()).toEqual([job])
    expect(await database.write(job, phase('new'), 'flushed')).toEqual({ kind: 'written', seq: 1 })
    await database.close()
    warnings = []
    expect(causes(await openHere())).toEqual(['new'])
    expect(warnings).toEqual([])
  })
})

describe('refused with a text for people', () => {
  test('a directory another pilot holds', async () => {
    await openHere()
    expect(await refusal()).toBe(
      `database ${directory}: is held by the pilot with pid ${process.pid}: name another directory by --database DIR`,
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
    root.openDB<string, string>({ name: 'about', encoding: 'string' }).putSync('schema', '2')
    await root.close()
    expect(await refusal()).toContain('was written by a newer pilot (form 2, known up to 1)')
    expect((await readdir(directory)).toSorted()).toEqual(['data.mdb', 'lock.mdb'])
  })

  test('a path that is a file', async () => {
    await writeFile(directory, '')
    expect(await refusal()).toContain('cannot be opened')
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
    for (const file of ['data.mdb', 'lock.mdb']) {
      expect((await stat(join(directory, file))).mode & 0o077).toBe(0)
    }
  })
})

describe('a database whose pilot is gone is taken over', () => {
  /** Leaves the mark of a pilot that held the database and died. */
  async function leaveHolder(holder: string): Promise<void> {
    await filled(phase('a'))
    const root = open({ path: directory })
    root.openDB<string, string>({ name: 'about', encoding: 'string' }).putSync('holder', holder)
    await root.close()
  }

  async function self() {
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    const stat = await readFile('/proc/self/stat', 'utf8')
    const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    return { pid: process.pid, startTicks, bootId }
  }

  test('not while it lives', async () => {
    await leaveHolder(JSON.stringify(await self()))
    expect(await refusal()).toContain(`is held by the pilot with pid ${process.pid}`)
  })

  test('when another process has its pid now', async () => {
    await leaveHolder(JSON.stringify({ ...(await self()), startTicks: 1 }))
    expect(causes(await openHere())).toEqual(['a'])
  })

  test('when its process ended', async () => {
    await leaveHolder(JSON.stringify({ ...(await self()), pid: 2 ** 22 + 1 }))
    expect(causes(await openHere())).toEqual(['a'])
  })

  test('when the machine was started anew', async () => {
    await leaveHolder(JSON.stringify({ ...(await self()), bootId: 'before' }))
    expect(causes(await openHere())).toEqual(['a'])
  })

  test('when its mark cannot be read', async () => {
    await leaveHolder('{')
    expect(causes(await openHere())).toEqual(['a'])
  })
})

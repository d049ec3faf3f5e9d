import { mkdtemp, open as openFile, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLmdb } from '../../src/database/lmdb-files.ts'
import { openDatabase } from '../../src/database/pilot-database.ts'
import type { PilotDatabase } from '../../src/database/port.ts'
import type { JobKey } from '../../src/job/ids.ts'

const one = '42.1' as JobKey
const two = '43.1' as JobKey
const records = 40

let directory: string
let opened: PilotDatabase[]
let warnings: string[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pilotdb-damage-'))
  opened = []
  warnings = []
})

afterEach(async () => {
  for (const database of opened) await database.close()
  await rm(directory, { recursive: true })
})

async function openHere(): Promise<PilotDatabase> {
  const result = await openDatabase(directory, { warn: (text) => warnings.push(text) })
  if (result.kind === 'refused') throw new Error(result.text)
  opened.push(result.database)
  return result.database
}

/** Two jobs of many records, a large one among them, and a forgotten job. */
async function fill(): Promise<void> {
  const database = await openHere()
  const gone = '41.1' as JobKey
  for (const job of [gone, one, two]) {
    for (let seq = 1; seq <= records; seq += 1) {
      const cause = seq === 7 ? 'x'.repeat(30_000) : `${job} ${seq} ${'y'.repeat(300)}`
      await database.write(job, { kind: 'phase', phase: 'payload', cause }, 'soon')
    }
  }
  await database.forget(gone)
  await database.close()
}

/** Sequence numbers of a job, each record proved to be the one that was written. */
function seqs(database: PilotDatabase, job: JobKey): number[] {
  return database.history(job).map(({ seq, record }) => {
    const cause = record.kind === 'phase' ? record.cause : ''
    expect(cause.startsWith(seq === 7 ? 'xxx' : `${job} ${seq} y`)).toBe(true)
    return seq
  })
}

const all = Array.from({ length: records }, (_, index) => index + 1)
const data = () => join(directory, 'data.mdb')

async function overwrite(from: number, bytes: Buffer): Promise<void> {
  const file = await openFile(data(), 'r+')
  await file.write(bytes, 0, bytes.length, from)
  await file.close()
}

/** Numbers that the warnings name as lost, of one job. */
function toldLost(job: JobKey): number[] {
  const text = warnings.find((warning) => warning.startsWith(`of job ${job} record`)) ?? ''
  return [...text.replace(`of job ${job}`, '').matchAll(/(\d+)(?:–(\d+))?/g)].flatMap(([, first, last]) =>
    Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, index) => Number(first) + index),
  )
}

const garbage = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 167 + 89) % 251))

describe('every acknowledged record is there or told to be lost, after', () => {
  const damages: readonly (readonly [name: string, damage: () => Promise<void>])[] = [
    ['a data file without a byte', () => truncate(data(), 0)],
    ['no data file', () => unlink(data())],
    ['a data file cut in half', async () => truncate(data(), (await stat(data())).size / 2)],
    ['a data file cut within a page', () => truncate(data(), 5000)],
    ['garbage in both meta pages', () => overwrite(0, garbage(8192))],
    ['garbage behind the header of the meta pages', () => overwrite(64, garbage(4000))],
    ['zeroed inner pages', async () => overwrite(8192, Buffer.alloc((await stat(data())).size / 2))],
    ['garbage in inner pages', async () => overwrite(8192, garbage((await stat(data())).size / 2))],
    [
      'every tenth page zeroed',
      async () => {
        for (let at = 8192; at < (await stat(data())).size; at += 40_960) await overwrite(at, Buffer.alloc(4096))
      },
    ],
    ['a file of something else', () => writeFile(data(), garbage(100_000))],
  ]
  test.each(damages)('%s', async (_, damage) => {
    await fill()
    warnings = []
    await damage()
    const database = await openHere()
    expect(database.jobs().toSorted()).toEqual([one, two])
    for (const job of [one, two]) {
      expect([...seqs(database, job), ...toldLost(job)].sort((a, b) => a - b)).toEqual(all)
    }
    expect(warnings[0]).toMatch(/^the database is damaged: /)
    const quarantine = (await readdir(directory)).filter((name) => name.startsWith('quarantine-'))
    expect(quarantine).toHaveLength(1)
    // It goes on from there, and is sound.
    expect(await database.write(one, { kind: 'phase', phase: 'log', cause: `${one} 41 y` }, 'flushed')).toEqual({
      kind: 'written',
      seq: records + 1,
    })
    await database.close()
    warnings = []
    expect((await openHere()).history(one).at(-1)?.seq).toBe(records + 1)
    expect(warnings).toEqual([])
  })
})

test('broken meta pages alone lose nothing', async () => {
  await fill()
  await overwrite(0, garbage(8192))
  const database = await openHere()
  expect(seqs(database, one)).toEqual(all)
  expect(seqs(database, two)).toEqual(all)
})

test('a database that went back to an earlier state is noticed, and brought forward', async () => {
  await fill()
  const before = await readFile(data())
  const database = await openHere()
  await database.write(one, { kind: 'outcome', outcome: 'finished', code: 0, text: '' }, 'flushed')
  await database.close()
  await writeFile(data(), before)
  expect((await openHere()).jobs()).toEqual([one, two])
  expect(warnings).toContain(`of job 42.1 record ${records + 1} is lost`)
})

test('a garbage lock file of LMDB is no damage', async () => {
  await fill()
  await writeFile(join(directory, 'lock.mdb'), garbage(8192))
  warnings = []
  expect(seqs(await openHere(), one)).toEqual(all)
  expect(warnings).toEqual([])
})

test.each([0, 3, 4, 20])('a changed byte at %i of a record is noticed', async (at) => {
  await fill()
  const files = openLmdb(directory)
  const bytes = Buffer.from(files.records.get([one, 9]) ?? '')
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  files.records.putSync([one, 9], bytes)
  await files.root.close()
  const database = await openHere()
  expect([...seqs(database, one), ...toldLost(one)].sort((a, b) => a - b)).toEqual(all)
  expect(warnings[0]).toContain('some of the records cannot be read: 1 acknowledged records are not there')
})

test('a record that turns up in another place is not believed there', async () => {
  await fill()
  const files = openLmdb(directory)
  files.records.putSync([one, 9], files.records.get([one, 8]) ?? Buffer.alloc(0))
  await files.root.close()
  const database = await openHere()
  expect(seqs(database, one)).not.toContain(0)
  expect([...seqs(database, one), ...toldLost(one)].sort((a, b) => a - b)).toEqual(all)
})

test('a job whose only witness is the manifest is not forgotten', async () => {
  await fill()
  await unlink(data())
  const database = await openHere()
  expect(database.jobs()).toEqual([one, two])
  expect(database.history(one)).toEqual([])
  expect(warnings).toContain('of job 42.1 records 1–40 are lost')
})

test('the manifest names the first record of a first job when that is acknowledged', async () => {
  const database = await openHere()
  expect(await readdir(directory)).not.toContain('manifest.json')
  await database.write(one, { kind: 'phase', phase: 'payload', cause: '' }, 'flushed')
  expect(JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'))).toEqual({ jobs: { [one]: 1 } })
})

test('a manifest that cannot be read is told, and replaced', async () => {
  await fill()
  await writeFile(join(directory, 'manifest.json'), '{"jobs":{"42')
  warnings = []
  expect(seqs(await openHere(), one)).toEqual(all)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/^the manifest cannot be read, lost jobs may go unnoticed: /)
  expect(JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'))).toEqual({
    jobs: { [one]: 40, [two]: 40 },
  })
})

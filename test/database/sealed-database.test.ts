import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/pilot-database.ts'
import type { PilotDatabase } from '../../src/database/port.ts'
import { sealedDatabase } from '../../src/database/sealed-database.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'
import { databaseContract } from './database.contract.ts'
import { MemoryDatabase } from './memory-database.ts'

databaseContract('a sealed database', async (now) => {
  const directory = await mkdtemp(join(tmpdir(), 'pilotdb-sealed-'))
  const database = await sealedDatabase(new MemoryDatabase(now), directory, expect.unreachable)
  return { database, remove: () => rm(directory, { recursive: true }) }
})

const job = '42.1' as JobKey
const [password, shipping] = ['correct horse battery', 'ship ping 4711']
const definition: JobRecord = {
  kind: 'definition',
  definition: { PandaID: 42, secrets: JSON.stringify({ password }), pilotSecrets: { shipping }, jobPars: 'run' },
  workDirectory: '/w',
  startTime: 5,
}

describe('the secrets of a definition', () => {
  let directory: string
  let open: PilotDatabase[]
  let warnings: string[]

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pilotdb-sealed-'))
    open = []
    warnings = []
  })
  afterEach(async () => {
    for (const database of open) await database.close()
    await rm(directory, { recursive: true })
  })

  async function openHere(): Promise<PilotDatabase> {
    const opened = await openDatabase(directory)
    if (opened.kind === 'refused') throw new Error(opened.text)
    const database = await sealedDatabase(opened.database, directory, (text) => warnings.push(text))
    open.push(database)
    return database
  }
  async function everyByte(): Promise<string> {
    const names = await readdir(directory)
    return (await Promise.all(names.map((name) => readFile(join(directory, name), 'latin1').catch(() => '')))).join()
  }

  test('are in no file, and come back in the next pilot', async () => {
    const first = await openHere()
    await first.write(job, definition, 'flushed')
    expect(first.history(job)[0]?.record).toEqual(definition)
    await first.close()
    const bytes = await everyByte()
    expect(bytes).toContain('jobPars')
    expect(bytes).not.toContain(password)
    expect(bytes).not.toContain(shipping)
    expect((await openHere()).history(job)[0]?.record).toEqual(definition)
    expect(warnings).toEqual([])
  })

  test('keep their place before what is written after them', async () => {
    const database = await openHere()
    await Promise.all([
      database.write(job, definition, 'flushed'),
      database.write(job, { kind: 'phase', phase: 'preparing', cause: '' }, 'soon'),
    ])
    expect(database.history(job).map(({ record }) => record.kind)).toEqual(['definition', 'phase'])
  })

  test('have a key that is for its owner alone, and none where there are no secrets', async () => {
    const database = await openHere()
    await database.write(job, { ...definition, definition: { PandaID: 42, secrets: '' } }, 'flushed')
    expect(await readdir(directory)).not.toContain('secrets.key')
    await database.write(job, definition, 'flushed')
    expect((await stat(join(directory, 'secrets.key'))).mode & 0o777).toBe(0o600)
  })

  test('can be read by nobody once every job was delivered', async () => {
    const database = await openHere()
    await database.write(job, definition, 'flushed')
    await database.write(job, { kind: 'delivered', at: 1 }, 'soon')
    await database.close()
    expect(await readdir(directory)).not.toContain('secrets.key')
    const record = (await openHere()).history(job)[0]?.record
    expect(JSON.stringify(record)).not.toContain(password)
    expect(record).toMatchObject({ definition: { PandaID: 42, jobPars: 'run' } })
    expect(warnings).toEqual([])
  })

  test('that cannot be opened any more are named, once', async () => {
    const database = await openHere()
    await database.write(job, definition, 'flushed')
    await database.close()
    await writeFile(join(directory, 'secrets.key'), Buffer.alloc(32, 1).toString('base64'))
    const next = await openHere()
    expect(next.history(job)[0]?.record).toMatchObject({ definition: { PandaID: 42, jobPars: 'run' } })
    next.history(job)
    expect(warnings).toEqual([expect.stringContaining('secrets of job 42.1 cannot be opened')])
  })

  test('are rather lost than written when the key cannot be kept', async () => {
    const database = await sealedDatabase(new MemoryDatabase(), join(directory, 'gone'), (text) => warnings.push(text))
    expect(await database.write(job, definition, 'flushed')).toMatchObject({ kind: 'written' })
    expect(JSON.stringify(database.history(job))).not.toContain(password)
    expect(warnings[0]).toContain('the secrets of job 42.1 cannot be kept')
  })
})

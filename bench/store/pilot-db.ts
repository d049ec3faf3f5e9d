import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openDatabase } from '../../src/database/pilot-database.ts'
import type { Durability, PilotDatabase } from '../../src/database/port.ts'
import type { JobKey } from '../../src/job/ids.ts'
import type { JobRecord } from '../../src/job/record.ts'
import { running } from '../../test/server/examples.ts'
import type { Contestant, Figures } from '../bench.ts'
import { timeEach } from '../latencies.ts'
import { writes } from './peers.ts'

/** What a pilot writes most often: an update on its way to the server. */
export const record: JobRecord = { kind: 'message', id: 1, update: running(4711) }

/** Throws when the directory is refused. */
export async function open(directory: string): Promise<PilotDatabase> {
  const opened = await openDatabase(directory)
  if (opened.kind === 'refused') throw new Error(opened.text)
  return opened.database
}

/** Throws when the record was not kept: what is not written is quick. */
async function write(database: PilotDatabase, job: JobKey, durability: Durability): Promise<void> {
  const written = await database.write(job, record, durability)
  if (written.kind === 'failed') throw new Error(written.text)
}

/** One record after the other, each awaited, as a job's charts do; every round is a job of its own. */
export function pilotDb(database: PilotDatabase, durability: Durability): Contestant {
  let jobs = 0
  return {
    name: `PilotDB, ${durability}`,
    async run() {
      jobs += 1
      const job = `${durability === 'soon' ? 1 : 2}${jobs}.1` as JobKey
      // The first record of a job makes its place in the manifest.
      await write(database, job, durability)
      const figures = await timeEach(writes, () => write(database, job, durability))
      await database.forget(job)
      return figures
    },
  }
}

/** A process as it is shipped, bundled by `program`, opens a directory that a pilot left behind, and a new one. */
export function reopening(directory: string, program: string): Contestant {
  return {
    name: 'PilotDB',
    async run(): Promise<Figures> {
      const fresh = await mkdtemp(join(directory, '../fresh-'))
      const { stdout } = await promisify(execFile)(process.execPath, [program, directory, fresh])
      await rm(fresh, { recursive: true, force: true })
      return JSON.parse(stdout)
    },
  }
}

/** So many jobs with so many records each. */
export async function fill(directory: string, jobs: number, records: number): Promise<void> {
  const database = await open(directory)
  for (let job = 1; job <= jobs; job += 1) {
    const written = Array.from({ length: records }, () => write(database, `${job}.1` as JobKey, 'soon'))
    await Promise.all(written)
  }
  await database.close()
}

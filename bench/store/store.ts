import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writeTree } from '../../scripts/bundle/tree.ts'
import type { Bench, Comparison, MissingPeer } from '../bench.ts'
import { against, atLeast, atMost, compare, ours } from '../compare.ts'
import { versionOf } from '../machine.ts'
import { pythonFiles, rawSync, replacedFile, sqlite, writes } from './peers.ts'
import { fill, open, pilotDb, record, reopening } from './pilot-db.ts'
import { wholeJob } from './syncs.ts'

const jobsLeftBehind = 20
const recordsOfJob = 25

/** In the directory for temporary files: it must be on a disk, or nothing here means anything. */
export const store: Bench = {
  question: 'what does it cost to keep a job’s state on disk?',
  async run(options) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-store-'))
    const python3 = await versionOf('python3', '--version')
    const strace = await versionOf('strace', '--version')
    try {
      const state = JSON.stringify(record)
      const database = await open(join(directory, 'db'))
      const commits = await compare(
        `one record of ${state.length} bytes after the other, each kept before the next`,
        { p50: 'ms', p99: 'ms', cpu: 'ms CPU each' },
        [
          pilotDb(database, 'flushed'),
          pilotDb(database, 'soon'),
          replacedFile(directory, state),
          ...(python3 === undefined ? [] : pythonFiles(directory, state)),
          sqlite(directory, state),
          rawSync(directory),
        ],
        options,
      )
      await database.close()

      const program = join(directory, 'pilot/reopen-once.js')
      await writeTree(dirname(program), join(import.meta.dirname, 'reopen-once.ts'))
      const left = join(directory, 'left/db')
      await mkdir(left, { recursive: true })
      await fill(left, jobsLeftBehind, recordsOfJob)
      const opening = await compare(
        `opening PilotDB: with ${jobsLeftBehind} jobs of ${recordsOfJob} records, up to their histories; and a new one`,
        { reopen: 'ms', new: 'ms' },
        [reopening(left, program)],
        options,
      )
      const syncs = strace === undefined ? undefined : await syncsOfJob(directory, options)
      return {
        comparisons: [commits, opening, ...(syncs === undefined ? [] : [syncs])],
        goals: [
          ...['python: temp, fsync, rename', 'node: temp, fsync, rename'].flatMap((peer) => {
            const ratio = against(commits, peer, 'p50')
            return ratio === undefined ? [] : [atMost(`durable record, part of ${peer}`, ratio, 1)]
          }),
          atLeast('durable records a second, part of the disk’s own', 1 / (against(commits, raw, 'p50') ?? 0), 0.35),
          atMost('reopen and recover, ms', ours(opening, 'reopen'), 20),
          ...(syncs === undefined ? [] : [atMost('syncs of PilotDB for one job', ours(syncs, 'database'), 12)]),
        ],
        missing: [
          ...(python3 === undefined ? [missing('python3')] : []),
          ...(strace === undefined ? [missing('strace')] : []),
        ],
        versions: { ...(python3 && { python3 }), ...(strace && { strace }) },
        remarks: [
          `${writes} records a round in ${directory}; node:sqlite and both ways of node without a thread between, PilotDB with one`,
        ],
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

const raw = 'write 4 KiB + fdatasync'

function syncsOfJob(directory: string, options: Parameters<Bench['run']>[0]): Promise<Comparison> {
  return compare(
    'syncs of a whole job: bin/pilot, two inputs copied, two outputs and the log moved',
    { syncs: '', database: 'in PilotDB' },
    [wholeJob(directory)],
    { ...options, rounds: Math.min(options.rounds, 2) },
  )
}

function missing(peer: string): MissingPeer {
  return { peer, why: 'it is not installed' }
}

import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Contestant } from '../bench.ts'
import { timeEach } from '../latencies.ts'
import { pythonPeer } from '../peers.ts'

export const writes = 300

/** The limit of any log: the same blocks written again and again, and put on disk. */
export function rawSync(directory: string): Contestant {
  const block = Buffer.alloc(4096, 'x')
  return {
    name: 'write 4 KiB + fdatasync',
    async run() {
      const file = openSync(join(directory, 'raw'), 'w')
      try {
        writeSync(file, block, 0, block.length, 0)
        fsyncSync(file)
        return await timeEach(writes, async () => {
          writeSync(file, block, 0, block.length, 0)
          fdatasyncSync(file)
        })
      } finally {
        closeSync(file)
      }
    },
  }
}

/** How one file is replaced durably. */
export function replacedFile(directory: string, text: string): Contestant {
  const path = join(directory, 'replaced.json')
  return {
    name: 'node: temp, fsync, rename',
    run: () =>
      timeEach(writes, async () => {
        const file = openSync(`${path}.new`, 'w')
        writeSync(file, text)
        fsyncSync(file)
        closeSync(file)
        renameSync(`${path}.new`, path)
        const parent = openSync(directory, 'r')
        fsyncSync(parent)
        closeSync(parent)
      }),
  }
}

/** SQLite with a log that is synced at every commit. */
export function sqlite(directory: string, text: string): Contestant {
  return {
    name: 'node:sqlite, WAL, FULL',
    async run() {
      const database = new DatabaseSync(join(await mkdtemp(join(directory, 'sqlite-')), 'jobs.db'))
      try {
        database.exec(
          'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE r (seq INTEGER PRIMARY KEY, json)',
        )
        const insert = database.prepare('INSERT INTO r (json) VALUES (?)')
        return await timeEach(writes, async () => insert.run(text))
      } finally {
        database.close()
      }
    },
  }
}

/** The same durable way in Python, and the Python pilot's habit, which syncs nothing. */
export function pythonFiles(directory: string, text: string): readonly Contestant[] {
  return ['python: temp, fsync, rename', 'python: rewritten, no sync'].map((way) =>
    pythonPeer(way, 'file_writes.py', way, directory, String(writes), text),
  )
}

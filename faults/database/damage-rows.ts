import { open, readdir, stat, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { judged, reopen, runPilot } from './pilot.ts'
import type { FaultRow, Seen } from './row.ts'

const page = 4096
const records = 500

/** A source of bytes that is the same in every run (xorshift). */
function garbage(length: number, seed: number): Buffer {
  let state = seed
  return Buffer.from(
    Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    }),
  )
}

async function overwrite(data: string, at: number, bytes: Buffer): Promise<void> {
  const file = await open(data, 'r+')
  await file.write(bytes, 0, bytes.length, at)
  await file.close()
}

interface Damage {
  readonly name: string
  readonly expected: string
  readonly intact?: boolean
  apply(data: string, size: number): Promise<void>
}

const saved = 'moved to quarantine, every record saved or named as lost'

const damages: readonly Damage[] = [
  { name: 'data file without a byte', expected: saved, apply: (data) => truncate(data, 0) },
  { name: 'data file missing', expected: saved, apply: (data) => unlink(data) },
  { name: 'data file cut in half', expected: saved, apply: (data, size) => truncate(data, Math.floor(size / 2)) },
  { name: 'data file cut within its third page', expected: saved, apply: (data) => truncate(data, 2 * page + 100) },
  ...[1, 2, 3].map(
    (seed): Damage => ({
      name: `random bytes in both meta pages, seed ${seed}`,
      expected: saved,
      apply: (data) => overwrite(data, 0, garbage(2 * page, seed)),
    }),
  ),
  ...[4, 5, 6].map(
    (seed): Damage => ({
      name: `random bytes behind the version of the meta pages, seed ${seed}`,
      expected: saved,
      async apply(data) {
        await overwrite(data, 32, garbage(150, seed))
        await overwrite(data, page + 32, garbage(150, seed + 10))
      },
    }),
  ),
  {
    name: 'all inner pages zeroed',
    expected: saved,
    apply: (data, size) => overwrite(data, 2 * page, Buffer.alloc(size - 2 * page)),
  },
  ...[3, 5].map(
    (step): Damage => ({
      name: `every ${step}. inner page zeroed`,
      expected: saved,
      async apply(data, size) {
        for (let at = 2 * page; at + page <= size; at += step * page) await overwrite(data, at, Buffer.alloc(page))
      },
    }),
  ),
  ...[7, 8, 9].map(
    (seed): Damage => ({
      name: `random bytes in inner pages, seed ${seed}`,
      expected: saved,
      async apply(data, size) {
        for (let at = (2 + (seed % 3)) * page; at + page <= size; at += 3 * page) {
          await overwrite(data, at, garbage(page, seed + at))
        }
      },
    }),
  ),
  {
    name: 'random bytes in the middle of every page',
    expected: saved,
    async apply(data, size) {
      for (let at = 2 * page; at + page <= size; at += page) await overwrite(data, at + 2000, garbage(64, 11 + at))
    },
  },
  {
    name: 'garbage in LMDB’s lock file',
    expected: 'rebuilt by LMDB, nothing lost, no quarantine',
    intact: true,
    apply: (data) => writeFile(data.replace('data.mdb', 'lock.mdb'), garbage(2 * page, 12)),
  },
]

async function damaged(directory: string, { apply, intact = false }: Damage): Promise<Seen> {
  const before = await runPilot([directory, 'write', String(records), '200'])
  const data = join(directory, 'data.mdb')
  await apply(data, (await stat(data)).size)
  const after = await reopen(directory, before.acknowledged)
  const quarantined = (await readdir(directory)).some((name) => name.startsWith('quarantine-'))
  const again = await reopen(directory, [])
  const more = `${quarantined ? ', quarantined' : ''}${again.found === after.found ? '' : `, but ${again.found} at the next opening`}`
  const seen = judged(before.acknowledged, after, (before.exitCode === 0 ? 0 : 1) + (again.well ? 0 : 1), more)
  const all = before.acknowledged.length === records && again.found === after.found && again.warnings.length === 0
  return { ...seen, ok: seen.ok && all && (!intact || (!quarantined && after.found === records)) }
}

export const damageRows: readonly FaultRow[] = damages.map((damage) => ({
  name: damage.name,
  expected: damage.expected,
  run: (directory) => damaged(directory, damage),
}))

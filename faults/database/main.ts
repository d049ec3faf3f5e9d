// npm run faults:database [-- --json]: every row of the fault catalogue that concerns PilotDB, each with real processes on
// real LMDB files. One JSON document with --json, a line per row without; exit code 1 when a row is not as expected.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { damageRows } from './damage-rows.ts'
import { diskRows } from './disk-rows.ts'
import { killRows } from './kill-rows.ts'
import { lockRows } from './lock-rows.ts'
import type { FaultRow, Need, Seen } from './row.ts'

const json = process.argv.includes('--json')
const wanted = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? ''
const toolsRequired = process.env.PILOT_REAL_TOOLS === 'required'

const reasons: Readonly<Record<Need, string>> = {
  strace: 'strace is not installed, or may not trace',
  unshare: 'namespaces may not be made',
  root: 'only root may mount',
}

function missing(need: Need): boolean {
  if (need === 'root') return process.getuid?.() !== 0
  const probe = need === 'strace' ? ['-f', '-o', '/dev/null', 'true'] : ['-n', '-p', '-f', '--mount-proc', 'true']
  return spawnSync(need, probe).status !== 0
}

async function seenOf(row: FaultRow): Promise<Seen & { readonly skipped?: string }> {
  const need = row.needs?.find(missing)
  if (need !== undefined) {
    const skipped = reasons[need]
    return { text: `skipped: ${skipped}`, skipped, ok: !toolsRequired, crashes: 0, lostSilently: 0 }
  }
  const directory = await mkdtemp(join(tmpdir(), 'faults-database-'))
  try {
    return await row.run(directory)
  } catch (cause) {
    return { text: `the row itself failed: ${(cause as Error).message}`, ok: false, crashes: 0, lostSilently: 0 }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const rows = []
let crashes = 0
let lostSilently = 0
for (const row of [...killRows, ...damageRows, ...diskRows, ...lockRows]) {
  if (!row.name.includes(wanted)) continue
  const { text, ok, skipped, ...counts } = await seenOf(row)
  crashes += counts.crashes
  lostSilently += counts.lostSilently
  rows.push({ name: row.name, expected: row.expected, seen: text, ok, ...(skipped === undefined ? {} : { skipped }) })
  const mark = skipped === undefined ? (ok ? 'ok  ' : 'FAIL') : 'skip'
  process[json ? 'stderr' : 'stdout'].write(`${mark}  ${row.name}: ${text}\n`)
}
const ok = rows.length > 0 && rows.every((row) => row.ok)
const summary = { crashes, lostSilently, ok }
if (json) process.stdout.write(`${JSON.stringify({ rows, ...summary }, null, 2)}\n`)
else process.stdout.write(`${rows.length} rows, ${crashes} crashes, ${lostSilently} records lost silently\n`)
process.exitCode = ok ? 0 : 1

import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { judged, type PilotEnd, reopen, runPilot } from './pilot.ts'
import type { FaultRow, Seen } from './row.ts'

const run = promisify(execFile)

/** A file system in memory for the time of the action. */
async function onTmpfs<T>(directory: string, options: string, action: () => Promise<T>): Promise<T> {
  await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory])
  try {
    return await action()
  } finally {
    await run('umount', [directory])
  }
}

/** It ended by itself, and every record that was not kept was said to be not. */
function said(end: PilotEnd, count: number): boolean {
  return end.exitCode === 0 && end.acknowledged.length + end.failures.length === count
}

function failuresText({ failures, warnings }: PilotEnd): string {
  const first = failures[0] === undefined ? '' : ` (“${failures[0].slice(0, 80)}…”)`
  return `, ${failures.length} answered “failed”${first}, ${warnings.length} warnings`
}

/** Records of a size until well after the disk is full; then room is made, and the next pilot comes. */
function fullDisk(size: string, bytes: number, count: number, expectReserve: boolean) {
  return (directory: string): Promise<Seen> =>
    onTmpfs(directory, `size=${size}`, async () => {
      const place = join(directory, 'db')
      const end = await runPilot([place, 'write', String(count), String(bytes)])
      await run('mount', ['-o', 'remount,size=64m', directory])
      const after = await reopen(place, end.acknowledged)
      const seen = judged(end.acknowledged, after, said(end, count) ? 0 : 1, failuresText(end))
      const freed = end.warnings.some((text) => text.includes('set aside for the last records was freed'))
      const full = end.failures.length > 0 && end.acknowledged.length > 0
      return { ...seen, ok: seen.ok && full && freed === expectReserve }
    })
}

async function openedOnFullDisk(directory: string): Promise<Seen> {
  return onTmpfs(directory, 'size=8m', async () => {
    const place = join(directory, 'db')
    const before = await runPilot([place, 'write', '20', '200'])
    await fillUp(directory)
    const after = await reopen(place, before.acknowledged)
    return judged(before.acknowledged, after, before.exitCode === 0 ? 0 : 1, ', opened with nothing but the reserve')
  })
}

async function fillUp(directory: string): Promise<void> {
  await writeFile(join(directory, 'filler'), Buffer.alloc(32 * 1024 * 1024)).catch(() => undefined)
  for (let index = 0; index < 50; index += 1) {
    await writeFile(join(directory, `filler-${index}`), Buffer.alloc(4096)).catch(() => undefined)
  }
}

/** strace makes calls on these files fail from the k-th on. */
function failing(files: readonly string[], call: string, from: number, keptElsewhere: boolean) {
  return async (directory: string): Promise<Seen> => {
    const count = 40
    const place = join(directory, 'db')
    await mkdir(place)
    const paths = files.flatMap((file) => ['-P', join(place, file)])
    const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:error=EIO:when=${from}+`]
    const strace = ['strace', '-f', '-qq', '-o', join(directory, 'trace'), ...paths, ...inject]
    const end = await runPilot([place, 'write', String(count), '200'], strace)
    const after = await reopen(place, end.acknowledged)
    const seen = judged(end.acknowledged, after, said(end, count) ? 0 : 1, failuresText(end))
    const told = end.warnings.some((text) => text.includes('the database takes no records any more'))
    return { ...seen, ok: seen.ok && told && (end.failures.length === 0) === keptElsewhere }
  }
}

async function readOnly(directory: string): Promise<Seen> {
  return onTmpfs(directory, 'size=8m', async () => {
    const place = join(directory, 'db')
    const before = await runPilot([place, 'write', '20', '200'])
    await run('mount', ['-o', 'remount,ro', directory])
    const refused = await runPilot([place, 'read'])
    await run('mount', ['-o', 'remount,rw', directory])
    const seen = judged(before.acknowledged, await reopen(place, before.acknowledged), refused.exitCode === 3 ? 0 : 1)
    const clear = refused.refusal?.includes('is on a file system that is mounted read-only') === true
    return { ...seen, text: `“${refused.refusal}”; writable again: ${seen.text}`, ok: seen.ok && clear }
  })
}

async function tornJournal(directory: string): Promise<Seen> {
  const seen = await failing(['data.mdb'], 'fdatasync', 6, true)(directory)
  const rest = (await readdir(join(directory, 'db'))).includes('journal.jsonl')
  return { ...seen, ok: seen.ok && !rest, text: `${seen.text}; journal ${rest ? 'left over' : 'taken in and removed'}` }
}

export const diskRows: readonly FaultRow[] = [
  {
    name: 'ENOSPC, tmpfs',
    expected: 'the reserve is freed; what was acknowledged is there, the rest is said to be in memory only; no crash',
    needs: ['root'],
    run: fullDisk('6m', 4000, 3000, true),
  },
  {
    name: 'ENOSPC, tmpfs too small for a reserve',
    expected: 'what was acknowledged is there, the rest is said to be in memory only; no crash',
    needs: ['root'],
    run: fullDisk('700k', 30_000, 60, false),
  },
  {
    name: 'ENOSPC at the opening',
    expected: 'the reserve is freed and the database opens',
    needs: ['root'],
    run: openedOnFullDisk,
  },
  {
    name: 'EIO on fdatasync of the data file',
    expected: 'records go on into the journal and are taken in by the next pilot',
    needs: ['strace'],
    run: tornJournal,
  },
  {
    name: 'EIO on every write of the data file',
    expected: 'records go on into the journal and are taken in by the next pilot',
    needs: ['strace'],
    run: failing(['data.mdb'], 'pwrite64', 12, true),
  },
  {
    name: 'EIO on fdatasync of data file and journal',
    expected: 'what cannot be flushed is answered “failed”, the pilot goes on',
    needs: ['strace'],
    run: failing(['data.mdb', 'journal.jsonl'], 'fdatasync', 6, false),
  },
  {
    name: 'read-only file system',
    expected: 'refused with a clear text, nothing changed',
    needs: ['root'],
    run: readOnly,
  },
]

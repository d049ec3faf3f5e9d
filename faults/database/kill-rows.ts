import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { judged, kill, reopen, runPilot, startPilot } from './pilot.ts'
import type { FaultRow, Seen } from './row.ts'

const kills = 25

/** The same database again and again, each pilot killed a bit later than the last. */
async function killedOften(directory: string): Promise<Seen> {
  let crashes = 0
  let acknowledged: readonly number[] = []
  for (let round = 1; round <= kills; round += 1) {
    const pilot = startPilot([directory, 'write', '1000000', '200'])
    const reached = await pilot.said('ack', 3 * round)
    kill(pilot)
    const end = await pilot.ended
    if (reached === undefined) crashes += 1
    acknowledged = [...acknowledged, ...end.acknowledged]
  }
  return judged(acknowledged, await reopen(directory, acknowledged), crashes, ` after ${kills} kills`)
}

/** Each position a database of its own. */
async function killedInWrites(directory: string): Promise<Seen> {
  const seen: Seen[] = []
  for (const position of [5, 6, 7, 8, 9, 11, 14, 18, 23, 30]) {
    const place = join(directory, String(position))
    await mkdir(place)
    const data = join(place, 'data.mdb')
    const inject = ['-f', '-qq', '-o', join(directory, 'trace'), '-P', data, '-e', 'trace=pwrite64']
    const end = await runPilot(
      [place, 'write', '200', '200'],
      ['strace', ...inject, '-e', `inject=pwrite64:signal=KILL:when=${position}`],
    )
    const crashes = end.signal === 'SIGKILL' || end.exitCode === 137 ? 0 : 1
    seen.push(judged(end.acknowledged, await reopen(place, end.acknowledged), crashes))
  }
  const sum = (of: (one: Seen) => number) => seen.reduce((total, one) => total + of(one), 0)
  return {
    text: `${seen.length} kills within a commit: ${seen.map(({ text }) => text).join('; ')}`,
    ok: seen.every(({ ok }) => ok),
    crashes: sum(({ crashes }) => crashes),
    lostSilently: sum(({ lostSilently }) => lostSilently),
  }
}

/**
 * What a crash of the machine would leave: at each acknowledgement all writes to the data file must have been flushed,
 * or made through a descriptor that flushes by itself.
 */
async function flushedBeforeAcknowledged(directory: string): Promise<Seen> {
  const trace = join(directory, 'trace')
  const place = join(directory, 'db')
  const calls = 'trace=openat,pwrite64,pwritev,writev,write,fdatasync,fsync,msync'
  const end = await runPilot(
    [place, 'write', '40', '200'],
    ['strace', '-f', '-qq', '-o', trace, '-s', '20', '-e', calls],
  )
  const early = earlyAcknowledgements(await readFile(trace, 'utf8'))
  const after = await reopen(place, end.acknowledged)
  const seen = judged(
    end.acknowledged,
    after,
    end.exitCode === 0 ? 0 : 1,
    `, ${early} acknowledged before they were on disk`,
  )
  return { ...seen, ok: seen.ok && early === 0 && end.acknowledged.length === 40 }
}

/** How often strace saw an acknowledgement while something written to the data file was not flushed. */
function earlyAcknowledgements(trace: string): number {
  const flushesItself = new Map<string, boolean>()
  const dirty = new Set<string>()
  let early = 0
  for (const line of trace.split('\n')) {
    const [, flags, opened] = /openat\([^"]*"[^"]*data\.mdb", ([A-Z_|]+).*= (\d+)$/.exec(line) ?? []
    if (opened !== undefined) flushesItself.set(opened, flags?.includes('SYNC') === true)
    const written = /(?:pwrite64|pwritev|writev)\((\d+), /.exec(line)?.[1]
    if (written !== undefined && flushesItself.get(written) === false) dirty.add(written)
    const flushed = /(?:fdatasync|fsync)\((\d+).*= 0$/.exec(line)?.[1]
    if (flushed !== undefined) dirty.delete(flushed)
    if (line.includes(' write(1, "ack ') && dirty.size > 0) early += 1
  }
  return early
}

export const killRows: readonly FaultRow[] = [
  {
    name: 'kill -9 under load',
    expected: 'no acknowledged record is lost, the database opens again',
    run: killedOften,
  },
  {
    name: 'kill -9 at the n-th write of a page',
    expected: 'no acknowledged record is lost, one that was not acknowledged may be there',
    needs: ['strace'],
    run: killedInWrites,
  },
  {
    name: 'crash of the machine',
    expected: 'every write to the data file is flushed before a record is acknowledged',
    needs: ['strace'],
    run: flushedBeforeAcknowledged,
  },
]

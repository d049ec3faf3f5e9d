import { readFile } from 'node:fs/promises'
import type { ProcessIdentity, TreeSample } from '../job/process.ts'
import { parseKilobytes, ticksPerSecond } from './proc.ts'
import { type FindTree, isAlive, readStat } from './process-tree.ts'

/**
 * Measures a tree; undefined when nothing of it lives.
 *
 * CPU time: the sum of utime + stime + cutime + cstime over the tree, zero or not (contracts/pilot-core.md 11.2, 10).
 * Nothing counts twice: a child's time moves to its parent's cutime only when it leaves the tree, and parents are read
 * first, so a child that is waited for meanwhile is missed in this sample rather than seen in both places. Time of a
 * process whose parent died before it is lost with it, so a later sample may be lower than an earlier one.
 *
 * Memory: pss from smaps_rollup; where that may not be read, rss stands in.
 */
export async function sampleTree(find: FindTree, identity: ProcessIdentity): Promise<TreeSample | undefined> {
  const tree = (await find(identity)).toSorted((a, b) => a.startTicks - b.startTicks)
  const living = tree.filter(isAlive)
  if (living.length === 0) return undefined
  let cpuTicks = 0
  for (const { pid, startTicks } of tree) {
    const now = readStat(pid)
    if (now?.startTicks === startTicks) cpuTicks += now.cpuTicks
  }
  const memory = { rss: 0, pss: 0, vmem: 0, swap: 0 }
  for (const { pid } of living) {
    const status = await kilobytesOf(pid, 'status')
    const rss = status.get('VmRSS') ?? 0
    memory.rss += rss
    memory.pss += (await kilobytesOf(pid, 'smaps_rollup')).get('Pss') ?? rss
    memory.vmem += status.get('VmSize') ?? 0
    memory.swap += status.get('VmSwap') ?? 0
  }
  return { processes: living.length, cpuSeconds: cpuTicks / ticksPerSecond, ...memory }
}

async function kilobytesOf(pid: number, file: 'status' | 'smaps_rollup'): Promise<ReadonlyMap<string, number>> {
  try {
    return parseKilobytes(await readFile(`/proc/${pid}/${file}`, 'latin1'))
  } catch {
    return new Map()
  }
}

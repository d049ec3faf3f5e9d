import { readFile } from 'node:fs/promises'
import type { ProcessIdentity } from '../job/process.ts'
import { humanSize } from './listing.ts'
import { type ProcStat, parseKilobytes, ticksPerSecond } from './proc.ts'
import { type FindTree, readArguments } from './process-tree.ts'

const longestArguments = 300

/** The lines of `ps`: of the payload's processes and no others, in the order in which they started. */
export async function listProcesses(find: FindTree, identity: ProcessIdentity): Promise<readonly string[]> {
  const tree = (await find(identity)).toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid)
  if (tree.length === 0) return ['no process of the payload is left']
  const uptime = Number.parseFloat(await readFile('/proc/uptime', 'latin1'))
  const lines = await Promise.all(tree.map((stat) => line(stat, uptime)))
  return ['    PID    PPID S  ELAPSED  CPU_SEC    RSS COMMAND', ...lines]
}

async function line({ pid, parent, state, startTicks, cpuTicks }: ProcStat, uptime: number): Promise<string> {
  const elapsed = Math.max(0, Math.round(uptime - startTicks / ticksPerSecond))
  const cpu = (cpuTicks / ticksPerSecond).toFixed(1)
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
  const memory = humanSize((parseKilobytes(status).get('VmRSS') ?? 0) * 1024)
  const numbers = `${pad(pid, 7)} ${pad(parent, 7)} ${state} ${pad(elapsed, 8)} ${pad(cpu, 8)} ${pad(memory, 6)}`
  return `${numbers} ${commandOf(pid)}`
}

/** Arguments joined by blanks; `-` where there are none, as of a zombie. */
export function commandOf(pid: number): string {
  const text = Buffer.from(readArguments(pid), 'latin1')
    .toString()
    .replace(/\0+$/, '')
    .replace(/\p{Cc}/gu, ' ')
  return text === '' ? '-' : text.slice(0, longestArguments)
}

function pad(value: string | number, width: number): string {
  return String(value).padStart(width)
}

// What the kernel says of the threads and the memory of a process (proc(5)).
import { readdirSync, readFileSync } from 'node:fs'
import { parseKilobytes } from '../../src/host/proc.ts'
import { cpuOf } from '../whole-pilot/process-table.ts'

interface Thread {
  /** Time on a core, ms. */
  readonly cpu: number
  /** Times it was taken from a core or left it to wait. */
  readonly switches: number
}

export interface ThreadUse {
  readonly threads: ReadonlyMap<string, Thread>
  /** ms, of children that were waited for; in steps of 10 ms. */
  readonly childrenCpu: number
}

export function useOf(pid: number): ThreadUse {
  const names = readdirSync(`/proc/${pid}/task`)
  const threads = new Map(names.map((thread) => [thread, readThread(`/proc/${pid}/task/${thread}`)]))
  return { threads, childrenCpu: cpuOf(pid).children * 1000 }
}

/** utime and stime count in steps of 10 ms, too coarse for a sleeping process: schedstat counts ns. */
function readThread(directory: string): Thread {
  const status = readFileSync(`${directory}/status`, 'latin1')
  const switches = [...status.matchAll(/^(?:non)?voluntary_ctxt_switches:\s+(\d+)$/gm)].map(([, count]) =>
    Number(count),
  )
  const nanoseconds = Number(readFileSync(`${directory}/schedstat`, 'latin1').split(' ')[0])
  // Every thread ran once at least: a kernel that counts nothing would make us look better than we are.
  if (!(nanoseconds > 0)) throw new Error(`this kernel does not count the time of threads: ${directory}/schedstat`)
  return { cpu: nanoseconds / 1e6, switches: switches.reduce((sum, count) => sum + count, 0) }
}

/** What was used from `before` to `after`. Of a thread that ended meanwhile the last bit is not known. */
export function used(before: ThreadUse, after: ThreadUse): { readonly cpu: number; readonly switches: number } {
  let cpu = after.childrenCpu - before.childrenCpu
  let switches = 0
  for (const [name, thread] of after.threads) {
    cpu += thread.cpu - (before.threads.get(name)?.cpu ?? 0)
    switches += thread.switches - (before.threads.get(name)?.switches ?? 0)
  }
  return { cpu, switches }
}

/** MB of memory. */
export function memoryOf(pid: number): { readonly privateDirty: number; readonly rss: number } {
  const kilobytes = parseKilobytes(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))
  const megabytes = (name: string): number => ((kilobytes.get(name) ?? Number.NaN) * 1024) / 1e6
  return { privateDirty: megabytes('Private_Dirty'), rss: megabytes('Rss') }
}

import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Who holds a directory: enough to see, from wherever that can be seen, whether that process still lives. */
export interface Holder {
  readonly pid: number
  /** Field 22 of /proc/<pid>/stat, clock ticks after boot: pids are reused, start times are not. */
  readonly startTicks: number
  /** The same for all that run on one kernel, whatever host name a container has. */
  readonly bootId: string
  readonly host: string
  /** `pid:[…]`: a pid means something only inside its namespace. */
  readonly pidNamespace: string
  /** `net:[…]`: an abstract socket is seen only inside its namespace. */
  readonly netNamespace: string
}

export async function thisProcess(): Promise<Holder> {
  const [bootId, startTicks, pidNamespace, netNamespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    startTicksOf(process.pid),
    readlink('/proc/self/ns/pid'),
    readlink('/proc/self/ns/net'),
  ])
  return {
    pid: process.pid,
    startTicks: startTicks ?? 0,
    bootId: bootId.trim(),
    host: hostname(),
    pidNamespace,
    netNamespace,
  }
}

/** undefined: there is no such process here. */
async function startTicksOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command name in parentheses may hold anything: count from its end. State is field 3.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3])
  } catch {
    return undefined
  }
}

/** undefined: no file, or nothing that one of us wrote. */
export async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>
    const { pid, startTicks, bootId, host, pidNamespace, netNamespace } = read
    if (pid === undefined || startTicks === undefined || bootId === undefined || host === undefined) return undefined
    return { pid, startTicks, bootId, host, pidNamespace: pidNamespace ?? '', netNamespace: netNamespace ?? '' }
  } catch {
    return undefined
  }
}

/**
 * Whether a holder is gone for certain. `socketFree`: nobody in our network namespace has the directory's socket, which
 * the kernel takes from a process at its death. What cannot be seen from here counts as alive.
 */
export async function isGone(holder: Holder, me: Holder, socketFree: boolean): Promise<boolean> {
  // Another kernel: this host was started anew, or it is another host, of which nothing is known here.
  if (holder.bootId !== me.bootId) return holder.host === me.host
  if (socketFree && holder.netNamespace === me.netNamespace) return true
  if (holder.pidNamespace === me.pidNamespace) return (await startTicksOf(holder.pid)) !== holder.startTicks
  return false
}

export function holderText(holder: Holder | undefined, me: Holder): string {
  if (holder === undefined) return 'another process'
  const where = holder.host === me.host ? '' : ` on ${holder.host}`
  const inside = holder.pidNamespace === me.pidNamespace ? '' : ' in another container'
  return `the pilot with pid ${holder.pid}${where}${inside}`
}

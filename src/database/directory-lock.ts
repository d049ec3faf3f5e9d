import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Who holds a directory: enough to see whether that process still lives (pids are reused, start times are not). */
interface Holder {
  readonly pid: number
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: number
  readonly bootId: string
}

export type Locked =
  | { readonly kind: 'locked'; release(): Promise<void> }
  | { readonly kind: 'held'; readonly pid: number }

const lockName = 'pilot-lock.json'

async function startTicks(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command name in parentheses may hold anything: count from its end. State is field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[22 - 3])
  } catch {
    return undefined
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { pid, startTicks, bootId } = JSON.parse(await readFile(path, 'utf8'))
    return { pid: Number(pid), startTicks: Number(startTicks), bootId: String(bootId) }
  } catch {
    return undefined
  }
}

async function lives(holder: Holder, bootId: string): Promise<boolean> {
  return holder.bootId === bootId && (await startTicks(holder.pid)) === holder.startTicks
}

/**
 * Holds a directory against a second pilot: LMDB would let both in. The lock of a process that is gone is taken over.
 * Limits: one machine, one pid namespace. Throws what the file system throws.
 */
export async function lockDirectory(directory: string): Promise<Locked> {
  const path = join(directory, lockName)
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  const me: Holder = { pid: process.pid, startTicks: (await startTicks(process.pid)) ?? 0, bootId }
  const mine = `${path}.${process.pid}`
  const aside = `${mine}.stale`
  await writeFile(mine, JSON.stringify(me))
  try {
    for (;;) {
      try {
        // A link appears with its whole content, or not at all.
        await link(mine, path)
        return { kind: 'locked', release: () => unlink(path) }
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      }
      const holder = await holderOf(path)
      if (holder !== undefined && (await lives(holder, bootId))) return { kind: 'held', pid: holder.pid }
      // Two pilots may find the same stale lock: whoever moves it away looks at what was moved, and gives back a live one.
      await rename(path, aside)
      const moved = await holderOf(aside)
      if (moved !== undefined && (await lives(moved, bootId))) {
        await link(aside, path).catch(() => undefined)
        return { kind: 'held', pid: moved.pid }
      }
    }
  } finally {
    await unlink(mine)
    await unlink(aside).catch(() => undefined)
  }
}

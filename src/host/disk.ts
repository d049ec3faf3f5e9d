import { lstat, statfs } from 'node:fs/promises'
import { entriesOf } from './directory.ts'
import type { Disk } from './port.ts'

/** A directory of more entries is measured as far as these: the sum is then too low, but the question is answered. */
const mostEntries = 1_000_000

/** The real file systems. */
export function createDisk(): Disk {
  return {
    freeSpace: (path) =>
      readable(async () => {
        const { bavail, bsize } = await statfs(path)
        return bavail * bsize
      }),
    directorySize: (path, leaveOut) => readable(() => directorySize(path, leaveOut)),
    fileSize: (path) =>
      readable(async () => {
        const stat = await lstat(path)
        return stat.isFile() ? stat.size : undefined
      }),
  }
}

async function readable<T>(question: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await question()
  } catch {
    return undefined
  }
}

/**
 * Stays on the file system of the top; a file is counted at its length, holes included, under each of its names. What
 * vanishes, may not be read or lies deeper than a path can be long (4096 bytes) counts nothing; only the top must be
 * readable.
 */
async function directorySize(path: string, leaveOut: readonly string[]): Promise<number> {
  const top = Buffer.from(path)
  const { dev } = await lstat(top)
  const pending: Buffer[] = [top]
  let entries = 0
  let size = 0
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    try {
      for await (const entry of entriesOf(directory)) {
        if (++entries > mostEntries) return size
        if (directory === top && leaveOut.includes(entry.name)) continue
        if (!entry.isDirectory && !entry.isFile) continue
        const stat = await readable(() => lstat(entry.path))
        if (stat?.isFile()) size += stat.size
        else if (stat?.isDirectory() && stat.dev === dev) pending.push(entry.path)
      }
    } catch (error) {
      if (directory === top) throw error
    }
  }
  return size
}

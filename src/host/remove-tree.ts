import { randomUUID } from 'node:crypto'
import { chmod, lstat, rename, rmdir, unlink } from 'node:fs/promises'
import { entriesOf } from './directory.ts'

/** The kernel takes paths of 4096 bytes; a directory this deep is first moved up, so any depth can be removed. */
const longestPath = 3000

/**
 * Removes a directory and all below it. Never follows a link, never leaves the file system of the top; directories the
 * payload made unreadable are opened again. Nothing there = done; a link in its place is removed itself. Throws when
 * something stays.
 */
export async function removeTree(path: string): Promise<void> {
  const top = Buffer.from(path)
  const found = await statOf(top)
  if (found === undefined) return
  if (found.isSymbolicLink()) return unlink(top)
  const pending: Buffer[] = [top]
  const emptied: Buffer[] = []
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const stat = await statOf(directory)
    if (stat === undefined) continue
    if (!stat.isDirectory()) throw new Error(`${directory} is not a directory`)
    if (stat.dev !== found.dev) throw new Error(`${directory} is a mount point: it is left as it is`)
    if ((stat.mode & 0o700) !== 0o700) await chmod(directory, 0o700)
    emptied.push(directory)
    for await (const entry of entriesOf(directory)) {
      if (!entry.isDirectory) {
        await unlessGone(unlink(entry.path))
      } else if (entry.path.length > longestPath) {
        const shallow = Buffer.concat([top, Buffer.from(`/${randomUUID()}`)])
        await rename(entry.path, shallow)
        pending.push(shallow)
      } else {
        pending.push(entry.path)
      }
    }
  }
  for (const directory of emptied.reverse()) await unlessGone(rmdir(directory))
}

async function statOf(path: Buffer) {
  return unlessGone(lstat(path))
}

async function unlessGone<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

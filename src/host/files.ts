import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, lstat, mkdir, open, readlink, realpath, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Files } from './port.ts'
import { removeTree } from './remove-tree.ts'

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

const directoryMode = 0o770

export interface FilesOptions {
  /** The pilot's own directory, which must exist. Nothing outside is changed. */
  readonly base: string
}

/**
 * The real files below one directory. A path that leads out of it is refused, also by `..` or through a link a payload
 * put in the way; the last element itself is never followed when it is a link.
 */
export function createFiles({ base }: FilesOptions): Files {
  const within = (path: string) => pathWithin(base, path)
  return {
    async createDirectory(path) {
      const directory = await within(path)
      const first = await mkdir(directory, { recursive: true })
      if (first === undefined) return
      // The umask took its part away from those just made: from the first of them down.
      for (let made = directory; made.length >= first.length; made = dirname(made)) await chmod(made, directoryMode)
    },
    async removeDirectory(path) {
      const directory = await within(path)
      if (directory === resolve(base)) throw new Error(`${path} is the pilot's own directory and is not removed`)
      await removeTree(directory)
    },
    async removeFile(path) {
      await rm(await within(path), { force: true })
    },
    async write(path, text, mode = 0o644) {
      await writeWhole(await within(path), text, mode)
    },
    async exists(path) {
      try {
        await access(path)
        return true
      } catch {
        return false
      }
    },
    readStart: (path, bytes) => readPart(path, (size) => ({ from: 0, length: Math.min(bytes, size) })),
    readEnd: (path, bytes) =>
      readPart(path, (size) => ({ from: Math.max(0, size - bytes), length: Math.min(bytes, size) })),
    async link(target, path) {
      await linkOnce(target, await within(path))
    },
    async makeExecutable(path) {
      const file = await within(path)
      await using handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      await handle.chmod(0o755)
    },
    async append(path, text) {
      await using handle = await open(await within(path), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o644)
      await handle.appendFile(text)
    },
  }
}

/** The path in absolute form. Throws when it does not lie below the base, links of its directories resolved. */
async function pathWithin(base: string, path: string): Promise<string> {
  const absolute = resolve(base, path)
  if (!isBelow(resolve(base), absolute)) throw new Error(`${path} is outside of ${base}`)
  if (absolute === resolve(base)) return absolute
  const directory = await realDirectory(dirname(absolute))
  if (!isBelow(await realpath(base), directory)) throw new Error(`${path} leads out of ${base}, to ${directory}`)
  return absolute
}

function isBelow(base: string, path: string): boolean {
  const way = relative(base, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

/** Where a directory really is; of one that is still to be made, the nearest that exists. */
async function realDirectory(path: string): Promise<string> {
  for (let directory = path; ; directory = dirname(directory)) {
    try {
      return await realpath(directory)
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!missing || directory === dirname(directory)) throw error
    }
  }
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}`)
  try {
    {
      await using handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode)
      await handle.chmod(mode)
      await handle.writeFile(text)
      await handle.sync()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function linkOnce(target: string, path: string): Promise<void> {
  try {
    await symlink(target, path)
  } catch (error) {
    if (!(await lstat(path)).isSymbolicLink()) throw error
    const existing = await readlink(path)
    if (existing !== target) throw new Error(`${path} is a link to ${existing} already, not to ${target}`)
  }
}

/** Of a regular file only: a pipe put in its place would never answer. Bytes that are no UTF-8 become U+FFFD. */
async function readPart(
  path: string,
  part: (size: number) => { readonly from: number; readonly length: number },
): Promise<string> {
  await using handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  const stat = await handle.stat()
  if (!stat.isFile()) throw new Error(`${path} is not a regular file`)
  const { from, length } = part(stat.size)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead).toString()
}

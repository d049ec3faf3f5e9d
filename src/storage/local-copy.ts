import { constants } from 'node:fs'
import { type FileHandle, link, lstat, open, rename, rm, unlink } from 'node:fs/promises'
import type { CopyProgress } from './port.ts'

/** Bytes read at once: large enough for full speed, small enough that an abort is seen soon. */
const blockSize = 1024 * 1024

/** File systems without hard links say one of these. */
const cannotLink = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

export function systemErrorOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

async function copyBytes(source: FileHandle, target: FileHandle, progress: CopyProgress, signal: AbortSignal) {
  const block = Buffer.allocUnsafe(blockSize)
  let done = 0
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead } = await source.read(block, 0, blockSize)
    if (bytesRead === 0) return
    for (let at = 0; at < bytesRead; ) at += (await target.write(block, at, bytesRead - at)).bytesWritten
    done += bytesRead
    progress(done)
  }
}

/**
 * Gives `from` the name `to` without ever replacing what is there: EEXIST then. A hard link does that in one step; where
 * there are none, a look and a rename must do.
 */
export async function moveWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!cannotLink.has(systemErrorOf(error) ?? '')) throw error
    const taken = await lstat(to).catch(() => undefined)
    if (taken !== undefined) throw Object.assign(new Error(`${to} exists`), { code: 'EEXIST' })
    await rename(from, to)
    return
  }
  await unlink(from)
}

/**
 * Copies a regular file so that `to` appears as a whole, on disk, or not at all; an existing `to` is kept (EEXIST).
 * `follow` allows `from` to be a symbolic link. Rejects with the system's error or the signal's reason; `<to>.part` is
 * gone either way.
 */
export async function copyWhole(
  from: string,
  to: string,
  follow: boolean,
  progress: CopyProgress,
  signal: AbortSignal,
): Promise<void> {
  const part = `${to}.part`
  // O_NONBLOCK: opening a named pipe that was put in place of the file must not wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW)
  const source = await open(from, flags)
  try {
    if (!(await source.stat()).isFile()) throw new Error(`${from} is no regular file`)
    await rm(part, { force: true })
    const target = await open(part, 'wx')
    try {
      await copyBytes(source, target, progress, signal)
      await target.sync()
    } finally {
      await target.close()
    }
    await moveWithoutReplacing(part, to)
  } finally {
    await source.close()
    await rm(part, { force: true })
  }
}

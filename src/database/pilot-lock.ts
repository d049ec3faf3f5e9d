import { link, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type Holder, holderText, isGone, readHolder, thisProcess } from './lock-holder.ts'

export type Locked =
  | { readonly kind: 'locked'; release(): Promise<void> }
  /** `holder` in words. */
  | { readonly kind: 'held'; readonly holder: string; readonly file: string }

export const lockName = 'pilot-lock.json'

/**
 * Holds a directory against a second pilot, which LMDB would let in, by two means, because each is blind somewhere: a file
 * is seen from every namespace and host, but outlives its pilot; an abstract socket, named after the directory's device
 * and inode, dies with its pilot, but is seen in one network namespace only. The lock of a pilot that is gone for certain
 * is taken over. Limit: of a holder in other pid and network namespaces, or on another host, nothing is certain; its lock
 * stays until somebody removes the file. Throws what the file system throws.
 */
export async function lockDirectory(directory: string): Promise<Locked> {
  const path = join(directory, lockName)
  const me = await thisProcess()
  const socket = await listen(await socketName(directory))
  if (socket === 'taken') return { kind: 'held', holder: holderText(await readHolder(path), me), file: path }
  const close = () =>
    new Promise<void>((resolve) => (socket === 'unavailable' ? resolve() : socket.close(() => resolve())))
  try {
    const holder = await takeFile(path, me, socket !== 'unavailable')
    if (holder !== undefined) {
      await close()
      return { kind: 'held', holder: holderText(holder, me), file: path }
    }
  } catch (cause) {
    await close()
    throw cause
  }
  return {
    kind: 'locked',
    async release() {
      await unlink(path).catch(() => undefined)
      await close()
    },
  }
}

async function socketName(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory, { bigint: true })
  return `\0panda-pilot/${dev}:${ino}`
}

/** `unavailable`: where sockets of this kind may not be made, the file is all there is. */
function listen(name: string): Promise<Server | 'taken' | 'unavailable'> {
  return new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy())
    server.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code === 'EADDRINUSE' ? 'taken' : 'unavailable'))
    server.listen(name, () => resolve(server.unref()))
  })
}

/** The living holder, or undefined when the file is ours. */
async function takeFile(path: string, me: Holder, socketFree: boolean): Promise<Holder | undefined> {
  const mine = `${path}.${me.pid}`
  const aside = `${mine}.stale`
  const lives = async (holder: Holder | undefined) => holder !== undefined && !(await isGone(holder, me, socketFree))
  await writeFile(mine, JSON.stringify(me), { mode: 0o600 })
  try {
    for (;;) {
      try {
        // Exclusive like `wx`, and the file appears with its whole content.
        await link(mine, path)
        return undefined
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      }
      const holder = await readHolder(path)
      if (await lives(holder)) return holder
      // Pilots of two namespaces may find the same stale lock: whoever moves it looks at what was moved, and gives back a
      // living one.
      await rename(path, aside).catch(() => undefined)
      const moved = await readHolder(aside)
      if (await lives(moved)) {
        await link(aside, path).catch(() => undefined)
        return moved
      }
    }
  } finally {
    await unlink(mine).catch(() => undefined)
    await unlink(aside).catch(() => undefined)
  }
}

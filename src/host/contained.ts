import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, opendir, readlink, realpath } from 'node:fs/promises'

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** Where something is below the top: elements joined by `/`, one character for each byte; empty = the top itself. */
export type Place = string

export interface Entry {
  readonly place: Place
  /** Last element, decoded: bytes that are no UTF-8 became U+FFFD. */
  readonly name: string
  readonly stats: Stats
  readonly link: string | undefined
}

/**
 * A directory that a payload may change at any time, to be read without ever leaving it. No link is followed, not even
 * one that would stay inside: what was opened is asked of the kernel afterwards, so a name that changed hands between
 * two looks is noticed.
 */
export interface Contained {
  /** As they come, never all in memory. Throws when it cannot be read. */
  entries(place: Place): AsyncGenerator<Entry>
  /** The entry of this name; undefined when there is none. Throws when the directory cannot be read. */
  entry(place: Place, name: string): Promise<Entry | undefined>
  /** A regular file for reading. The caller closes it. Throws. */
  open(place: Place): Promise<FileHandle>
}

/** Throws when there is no such directory. The directory's own path may hold links. */
export async function contain(directory: string): Promise<Contained> {
  const top = await realpath(directory, { encoding: 'buffer' })
  return {
    async *entries(place) {
      await using handle = await openPlace(top, place, O_DIRECTORY)
      const here = ownPath(handle)
      for await (const { name } of await opendir(here, { encoding: 'latin1', bufferSize: 256 })) {
        const found = await entryAt(here, place, name)
        if (found !== undefined) yield found
      }
    },
    async entry(place, name) {
      await using handle = await openPlace(top, place, O_DIRECTORY)
      return await entryAt(ownPath(handle), place, Buffer.from(name).toString('latin1'))
    },
    async open(place) {
      const handle = await openPlace(top, place, 0)
      if ((await handle.stat()).isFile()) return handle
      await handle.close()
      throw new Error(`${shownPlace(place)} is not a regular file`)
    },
  }
}

/** For people: control characters, which a payload may put into names, become `?`. */
export function shownPlace(place: Place): string {
  const text = Buffer.from(place, 'latin1').toString()
  return text === '' ? '.' : text.replace(/\p{Cc}/gu, '?')
}

/** Neither waits for a pipe nor takes a terminal. */
async function openPlace(top: Buffer, place: Place, flags: number): Promise<FileHandle> {
  const path = place === '' ? top : Buffer.concat([top, Buffer.from(`/${place}`, 'latin1')])
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | flags)
  try {
    const where = await readlink(ownPath(handle), { encoding: 'buffer' })
    if (where.equals(path)) return handle
    throw new Error(`${shownPlace(place)} is behind a link, and links are not followed`)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Leads to what is open, whatever its name is by now. */
function ownPath({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`
}

async function entryAt(directory: string, parent: Place, name: string): Promise<Entry | undefined> {
  const path = Buffer.from(`${directory}/${name}`, 'latin1')
  try {
    const stats = await lstat(path)
    const link = stats.isSymbolicLink() ? await readlink(path) : undefined
    const place = parent === '' ? name : `${parent}/${name}`
    return { place, name: Buffer.from(name, 'latin1').toString(), stats, link }
  } catch (error) {
    // It went away, or was replaced, between two looks.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EINVAL'))
      return undefined
    throw error
  }
}

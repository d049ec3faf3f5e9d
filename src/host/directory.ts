import { opendir } from 'node:fs/promises'

/** One entry of a directory. Paths are bytes: a payload may give any name, UTF-8 or not. */
export interface DirectoryEntry {
  readonly path: Buffer
  readonly name: string
  readonly isDirectory: boolean
  readonly isFile: boolean
}

/** The entries of a directory as they come, links not followed, never all in memory. Throws what opendir throws. */
export async function* entriesOf(directory: Buffer): AsyncGenerator<DirectoryEntry> {
  // latin1 keeps every byte as one character.
  for await (const entry of await opendir(directory, { encoding: 'latin1', bufferSize: 256 })) {
    const name = Buffer.from(entry.name, 'latin1')
    yield {
      path: Buffer.concat([directory, Buffer.from('/'), name]),
      name: name.toString(),
      isDirectory: entry.isDirectory(),
      isFile: entry.isFile(),
    }
  }
}

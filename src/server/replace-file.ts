import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Puts a text in the place of a file, for its owner only: readers see the old text or the new one, never a part. Of a
 * link, the file behind it is replaced. Throws when the directory cannot be written; the old file is intact then.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await realpath(path).catch(() => path)
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}`)
  try {
    {
      await using handle = await open(temporary, 'wx', 0o600)
      await handle.writeFile(text)
      await handle.sync()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

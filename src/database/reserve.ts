import { randomFill } from 'node:crypto'
import { stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Room for the last records of a few jobs, a final update with its job report included. */
const reserveBytes = 4 * 1024 * 1024
const reserveName = 'reserve'

/**
 * Sets disk space aside, for the day when there is none. Random bytes: a file system that compresses would keep nothing
 * for zeros. Throws what the file system throws.
 */
export async function setReserveAside(directory: string): Promise<void> {
  const path = join(directory, reserveName)
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size >= reserveBytes) return
  try {
    const bytes = Buffer.allocUnsafeSlow(reserveBytes)
    await promisify(randomFill)(bytes)
    await writeFile(path, bytes, { mode: 0o600 })
  } catch (cause) {
    // What fitted is room that somebody else may need more.
    await freeReserve(directory)
    throw cause
  }
}

/** Gives the space back; false when nothing was set aside. Never rejects. */
export async function freeReserve(directory: string): Promise<boolean> {
  return unlink(join(directory, reserveName)).then(
    () => true,
    () => false,
  )
}

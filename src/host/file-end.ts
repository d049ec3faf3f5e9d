import type { Contained, Place } from './contained.ts'

/**
 * Bytes read from the end: enough for what is shown, and for the redactor to see all of a secret that begins before it
 * (redact.ts holds back about 33,000 characters).
 */
const readBytes = 65_536

/** Of a regular file. Whole lines, unless one fills it all. Throws when it cannot be read. */
export async function readFileEnd(tree: Contained, place: Place): Promise<string> {
  await using handle = await tree.open(place)
  const { size } = await handle.stat()
  const from = Math.max(0, size - readBytes)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, readBytes)), 0, null, from)
  const text = buffer.subarray(0, bytesRead).toString()
  return from === 0 ? text : text.slice(text.indexOf('\n') + 1)
}

/** Bytes in which a text file has no NUL. */
const looked = 512

/** Whether a file can be read and looks like text. */
export async function isText(tree: Contained, place: Place): Promise<boolean> {
  try {
    await using handle = await tree.open(place)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(looked), 0, looked, 0)
    return !buffer.subarray(0, bytesRead).includes(0)
  } catch {
    return false
  }
}

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { isTextFile, type TextFile } from '../job/text-file.ts'
import type { WireCall } from './dialect.ts'

/** Bytes of a file that are escaped in one turn of the event loop: 2 ms. */
const pieceBytes = 1 << 18

/**
 * The fields as JSON. A text that lies in a file is never held as one string, and others get their turn meanwhile. Throws
 * an Error when it cannot be read whole.
 */
export async function jsonBody(fields: WireCall['fields']): Promise<Buffer> {
  const held = Object.entries(fields).filter(([, value]) => !isTextFile(value))
  const parts = [Buffer.from(JSON.stringify(Object.fromEntries(held)).slice(0, -1))]
  let separator = held.length === 0 ? '' : ','
  for (const [name, value] of Object.entries(fields)) {
    if (!isTextFile(value)) continue
    parts.push(Buffer.from(`${separator}${JSON.stringify(name)}:"`))
    for await (const piece of piecesOf(value)) parts.push(Buffer.from(JSON.stringify(piece).slice(1, -1)))
    parts.push(Buffer.from('"'))
    separator = ','
  }
  return Buffer.concat([...parts, Buffer.from('}')])
}

/** The text as one string. Throws as `jsonBody` does. */
export async function textOf(file: TextFile): Promise<string> {
  let text = ''
  for await (const piece of piecesOf(file)) text += piece
  return text
}

async function* piecesOf({ textFile, bytes }: TextFile): AsyncGenerator<string> {
  await using handle = await open(textFile, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  const { size } = await handle.stat()
  if (size !== bytes) throw new Error(`${textFile} has ${size} bytes instead of ${bytes}`)
  const buffer = Buffer.allocUnsafeSlow(pieceBytes)
  for (let left = bytes; left > 0; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(left, pieceBytes))
    if (bytesRead === 0) throw new Error(`${textFile} ended ${left} bytes too early`)
    left -= bytesRead
    yield buffer.toString('latin1', 0, bytesRead)
  }
}

import { gunzipSync } from 'node:zlib'
import { PythonError } from './python/values.ts'

/** A body that would become larger than this is refused: nobody's update is. */
const largest = 64 * 1024 * 1024

/** Unpacks a gzip body; an empty one stays empty. Throws PythonError with Python's words when it is no gzip. */
export function inflate(body: Uint8Array): Uint8Array {
  if (body.length === 0) return body
  if (body[0] !== 0x1f || body[1] !== 0x8b) {
    throw new PythonError(
      `Not a gzipped file (b'${Buffer.from(body.subarray(0, 2)).toString('latin1')}')`,
      'BadGzipFile',
    )
  }
  return gunzipSync(body, { maxOutputLength: largest })
}

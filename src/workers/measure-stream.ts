import type { MeasuredFile } from '../job/files.ts'
import { adler32, formatAdler32 } from './adler32.ts'
import { createMd5 } from './md5.ts'

/** Size and checksums of what comes out of a stream. Rejects with the stream's error. */
export async function measureStream(stream: AsyncIterable<Uint8Array>, withMd5: boolean): Promise<MeasuredFile> {
  const md5 = withMd5 ? createMd5() : undefined
  let size = 0
  let sum = 1
  for await (const bytes of stream) {
    sum = adler32(bytes, sum)
    md5?.update(bytes)
    size += bytes.length
  }
  return { size, adler32: formatAdler32(sum), ...(md5 && { md5: md5.digest('hex') }) }
}

import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack as createPack, type Header, type Pack } from 'tar-stream'
import type { MeasuredFile } from '../job/files.ts'
import { adler32, formatAdler32 } from './adler32.ts'

type EntryHeader = Partial<Header> & Pick<Header, 'name'>

/** Adds one entry; for a file, `content` has exactly `header.size` bytes. */
export type Put = (header: EntryHeader, content?: Iterable<Buffer>) => Promise<void>

/**
 * Writes what `feed` puts as a gzip'ed tar into the open file `fd`, summing what it writes, so that nobody reads it again.
 * Holds a few blocks in memory, whatever the sizes. Rejects with the first error, of the file or of `feed`.
 */
export async function writeTar(fd: number, tick: () => void, feed: (put: Put) => Promise<void>): Promise<MeasuredFile> {
  const pack = createPack()
  let size = 0
  let sum = 1
  // One error makes each stream fail in its own words; the first is the reason.
  const failures: unknown[] = []
  async function write(source: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const bytes of source) {
        sum = adler32(bytes, sum)
        size += bytes.length
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
        tick()
      }
    } catch (error) {
      failures.push(error)
      throw error
    }
  }
  async function fill(): Promise<void> {
    try {
      await feed((header, content) => putEntry(pack, header, content))
      pack.finalize()
    } catch (error) {
      failures.push(error)
      pack.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }
  // Level 6 (contracts/pilot-core.md 9): level 1 takes half the CPU time, but archives of texts grew by 14 to 31 %.
  const written = pipeline(pack, createGzip({ level: 6, chunkSize: 1 << 17 }), write)
  await Promise.all([written.catch((error: unknown) => failures.push(error)), fill()])
  if (failures.length > 0) throw failures[0]
  return { size, adler32: formatAdler32(sum) }
}

async function putEntry(pack: Pack, header: EntryHeader, content: Iterable<Buffer> = []): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const entry = pack.entry(header, (error) => (error ? ended.reject(error) : ended.resolve()))
  entry.on('error', ended.reject)
  ended.promise.catch(() => {})
  for (const bytes of content) {
    // When the archive fails no drain comes any more.
    if (!entry.write(bytes)) await Promise.race([once(entry, 'drain'), ended.promise])
  }
  entry.end(null)
  await ended.promise
}

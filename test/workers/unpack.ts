import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'

export interface Unpacked {
  readonly header: Header
  readonly content: Buffer
}

/** The entries of a gzip'ed tar by name. */
export async function unpack(path: string): Promise<ReadonlyMap<string, Unpacked>> {
  const entries = new Map<string, Unpacked>()
  const reading = extract()
  reading.end(gunzipSync(readFileSync(path)))
  for await (const entry of reading) {
    const blocks: Buffer[] = []
    for await (const block of entry) blocks.push(block as Buffer)
    entries.set(entry.header.name, { header: entry.header, content: Buffer.concat(blocks) })
  }
  return entries
}

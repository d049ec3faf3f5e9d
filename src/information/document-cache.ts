import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'

/** A document as it was stored, and where it came from (an address without user) where that is known. */
export interface CachedDocument {
  readonly path: string
  readonly text: string
  /** ms since it was stored or last found to be current. */
  readonly age: number
  readonly origin: { readonly source: string; readonly etag: string | undefined } | undefined
}

/**
 * Documents on disk, under names that other programs of the node know. The origin is kept in `<name>.origin` beside, so
 * that the document itself stays what it is; it is believed only for exactly that text. Every file appears as a whole.
 */
export interface DocumentCache {
  /** Undefined when there is none that can be read. */
  read(name: string): Promise<CachedDocument | undefined>
  /** Rejects with the system's error; what was stored before is then still there. */
  write(name: string, text: string, source: string, etag: string | undefined): Promise<void>
  /** The stored document was found to be current. Never rejects. */
  renew(name: string): Promise<void>
}

const originFile = z.object({ source: z.string(), etag: z.optional(z.string()), sha256: z.string() })

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

export function createDocumentCache(directory: string): DocumentCache {
  async function place(name: string, text: string): Promise<void> {
    const path = join(directory, name)
    const temporary = `${path}.${process.pid}.part`
    try {
      await writeFile(temporary, text, { flush: true })
      await rename(temporary, path)
    } finally {
      await rm(temporary, { force: true })
    }
  }

  async function originOf(name: string, text: string): Promise<CachedDocument['origin']> {
    try {
      const read = originFile.parse(JSON.parse(await readFile(join(directory, `${name}.origin`), 'utf8')))
      return read.sha256 === digest(text) ? { source: read.source, etag: read.etag } : undefined
    } catch {
      return undefined
    }
  }

  return {
    async read(name) {
      const path = join(directory, name)
      try {
        const text = await readFile(path, 'utf8')
        const age = Date.now() - (await stat(path)).mtimeMs
        return { path, text, age, origin: await originOf(name, text) }
      } catch {
        return undefined
      }
    },
    async write(name, text, source, etag) {
      await mkdir(directory, { recursive: true })
      await place(name, text)
      await place(`${name}.origin`, `${JSON.stringify({ source, etag, sha256: digest(text) })}\n`)
    },
    async renew(name) {
      const now = new Date()
      await utimes(join(directory, name), now, now).catch(() => undefined)
    },
  }
}

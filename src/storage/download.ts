import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { getCACertificates } from 'node:tls'
import { Agent, request } from 'undici'
import type { Downloaded, Downloads } from './port.ts'

/** A transform is a script or a small program. */
const largest = 256 * 1024 * 1024
/** ms altogether (contracts/pilot-core.md 1.6, http_maxtime). */
const totalTime = 120_000

/**
 * Downloads over undici: no redirect is followed, since only allowed base URLs may be read. `authorities` are PEM texts
 * that are trusted besides Node's own: a server of transforms may be certified by a grid authority alone.
 */
export function createDownloads(authorities: readonly string[]): Downloads {
  const connect = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] }
  const dispatcher = new Agent({ connect })
  return {
    async fetch(url, path, signal): Promise<Downloaded> {
      const part = `${path}.part`
      try {
        const deadline = AbortSignal.timeout(totalTime)
        const answer = await request(url, { dispatcher, signal: AbortSignal.any([signal, deadline]) })
        if (answer.statusCode !== 200) {
          await answer.body.dump()
          return { kind: 'failed', text: `${url} answered ${answer.statusCode}`, again: answer.statusCode >= 500 }
        }
        await pipeline(answer.body, limited(url), createWriteStream(part, { mode: 0o755 }))
        await rename(part, path)
        return { kind: 'downloaded' }
      } catch (error) {
        await rm(part, { force: true })
        return {
          kind: 'failed',
          text: `${url}: ${error instanceof Error ? error.message : String(error)}`,
          again: !signal.aborted,
        }
      }
    },
  }
}

function limited(url: string) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > largest) throw new Error(`${url} is larger than ${largest} bytes`)
      yield chunk
    }
  }
}

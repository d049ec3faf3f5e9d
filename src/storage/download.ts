import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { getCACertificates } from 'node:tls'
import type { Downloaded, Downloads } from './port.ts'

export interface DownloadOptions {
  /** PEM texts of authorities that are trusted besides Node's own. */
  readonly authorities: readonly string[]
  /** `http_proxy`, `https_proxy` and `no_proxy` as programs know them. */
  readonly proxy: Readonly<Record<string, string | undefined>>
}

/** A transform is a script or a small program. */
const largest = 256 * 1024 * 1024
/** ms altogether (contracts/pilot-core.md 1.6, http_maxtime). */
const totalTime = 120_000

/**
 * Downloads of transforms. No redirect is followed, since only allowed base URLs may be read. On node:http: one file a
 * job is no case for a pool of connections, and what is not loaded does not delay the start.
 */
export function createDownloads({ authorities, proxy }: DownloadOptions): Downloads {
  const proxyEnv = { ...proxy }
  const trust = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] }
  const open = (url: string, signal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const request = url.startsWith('https:')
        ? httpsRequest(url, { signal, agent: new HttpsAgent({ proxyEnv, ...trust }) }, resolve)
        : httpRequest(url, { signal, agent: new HttpAgent({ proxyEnv }) }, resolve)
      request.on('error', reject).end()
    })
  return {
    async fetch(url, path, given): Promise<Downloaded> {
      const part = `${path}.part`
      const signal = AbortSignal.any([given, AbortSignal.timeout(totalTime)])
      try {
        const answer = await open(url, signal)
        const { statusCode = 0 } = answer
        if (statusCode !== 200) {
          answer.destroy()
          return { kind: 'failed', text: `${url} answered ${statusCode}`, again: statusCode >= 500 }
        }
        await pipeline(answer, limited(url), createWriteStream(part, { mode: 0o755 }), { signal })
        await rename(part, path)
        return { kind: 'downloaded' }
      } catch (error) {
        await rm(part, { force: true })
        const text = error instanceof Error ? error.message : String(error)
        return { kind: 'failed', text: `${url}: ${text}`, again: !given.aborted && !(error instanceof TooLarge) }
      }
    },
  }
}

class TooLarge extends Error {}

function limited(url: string) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > largest) throw new TooLarge(`larger than ${largest} bytes, that is no transform: ${url}`)
      yield chunk
    }
  }
}

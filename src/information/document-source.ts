import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { getCACertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { withoutUser } from '../job/address.ts'
import { isWebAddress } from './default-sources.ts'

type Fetched =
  | { readonly kind: 'document'; readonly text: string; readonly etag: string | undefined }
  /** The document with the entity tag that was shown is still the current one. */
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'failed'
      /** Which address, and what was wrong. */
      readonly text: string
      /** Another try may do better. */
      readonly again: boolean
    }

export interface SourceOptions {
  /** PEM texts of authorities that are trusted besides Node's own. */
  readonly authorities: readonly string[]
  /** `http_proxy`, `https_proxy` and `no_proxy` as programs know them. */
  readonly proxy: Readonly<Record<string, string | undefined>>
  /** ms for the whole document, connection included (contracts/pilot-data.md 7.1: 20 s). */
  readonly timeout: number
  /** Largest document, bytes. */
  readonly largest: number
}

/** Reads a document from a path, a file:// or an http(s) URL. Never rejects. `etag` is that of a copy already held. */
export type DocumentSource = (source: string, etag: string | undefined, signal: AbortSignal) => Promise<Fetched>

/** Redirects that are followed one after another. */
const mostHops = 3

class NotToBeRead extends Error {}

export function createDocumentSource(options: SourceOptions): DocumentSource {
  const { authorities, proxy, timeout } = options
  const proxyEnv = { ...proxy }
  const trust = authorities.length === 0 ? {} : { ca: [...getCACertificates('default'), ...authorities] }
  const agents = { http: new HttpAgent({ proxyEnv }), https: new HttpsAgent({ proxyEnv, ...trust }) }

  return async (source, etag, signal) => {
    const deadline = AbortSignal.timeout(timeout)
    const either = AbortSignal.any([signal, deadline])
    try {
      signal.throwIfAborted()
      if (isWebAddress(source)) return await download(source, etag, either, agents, options.largest)
      const path = /^file:/i.test(source) ? fileURLToPath(source) : source
      // A read that hangs in the file system cannot be ended, only left behind.
      return await Promise.race([readDocument(path, options.largest), whenAborted(either)])
    } catch (error) {
      const reason = deadline.aborted ? `no answer within ${timeout / 1000} s` : messageOf(error)
      const again = isWebAddress(source) && !(error instanceof NotToBeRead) && !signal.aborted
      return { kind: 'failed', text: `${withoutUser(source)}: ${reason}`, again }
    }
  }
}

/** Several attempts to connect fail as one error without words of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}

async function readDocument(path: string, largest: number): Promise<Fetched> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const found = await file.stat()
  if (!found.isFile()) throw new Error('is no regular file')
  if (found.size > largest) throw new Error(`has ${found.size} bytes, more than ${largest}`)
  return { kind: 'document', text: await file.readFile('utf8'), etag: undefined }
}

async function download(
  address: string,
  etag: string | undefined,
  signal: AbortSignal,
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
  largest: number,
): Promise<Fetched> {
  let url = new URL(address)
  for (let hop = 0; hop <= mostHops; hop += 1) {
    const answer = await get(url, etag, signal, agents)
    const status = answer.statusCode ?? 0
    if (status === 200) return { kind: 'document', text: await body(answer, largest), etag: answer.headers.etag }
    answer.destroy()
    if (status === 304 && etag !== undefined) return { kind: 'unchanged' }
    const next = status >= 300 && status < 400 ? answer.headers.location : undefined
    if (next === undefined) {
      const reason = `the server answers ${status} ${answer.statusMessage ?? ''}`.trimEnd()
      throw status >= 500 || status === 429 ? new Error(reason) : new NotToBeRead(reason)
    }
    url = new URL(next, url)
    if (!isWebAddress(url.href)) throw new NotToBeRead(`is redirected to ${url.protocol}, which is not followed`)
  }
  throw new NotToBeRead(`is redirected more than ${mostHops} times`)
}

function get(
  url: URL,
  etag: string | undefined,
  signal: AbortSignal,
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
): Promise<IncomingMessage> {
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) }
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { agent: agents.https, headers, signal })
        : httpRequest(url, { agent: agents.http, headers, signal })
    request.once('response', resolve)
    request.once('error', reject)
    request.end()
  })
}

/** An answer that breaks off makes the loop throw: what came before is never taken for the document. */
async function body(answer: IncomingMessage, largest: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    size += chunk.length
    if (size > largest) throw new NotToBeRead(`has more than ${largest} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

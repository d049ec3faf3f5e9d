import type { QueueData } from '../job/queue-data.ts'
import type { StorageEndpoint } from '../job/storage-endpoint.ts'
import { cacheNames, documentSources, forQueue, type SourceChoice } from './default-sources.ts'
import { createDocumentCache } from './document-cache.ts'
import { type FinderOptions, findDocument, type InformationLog } from './document-finder.ts'
import { createDocumentSource } from './document-source.ts'
import { readEndpointDocument } from './endpoint-document.ts'
import type { Found, Information } from './port.ts'
import { readQueueDocument } from './queue-document.ts'

export interface InformationOptions extends SourceChoice {
  /** Where documents of the web are stored; made when needed. */
  readonly cacheDirectory: string
  /** PEM texts of authorities that are trusted besides Node's own. */
  readonly authorities: readonly string[]
  /** `http_proxy`, `https_proxy` and `no_proxy` as programs know them. */
  readonly proxy: Readonly<Record<string, string | undefined>>
  readonly log: InformationLog
  /** ms before the sources are asked once more; uniform 15–45 s by default (contracts/pilot-data.md 7.1). */
  readonly pause?: () => number
}

const defaultPause = () => 15_000 + 30_000 * Math.random()

/** Limits of one document (7.1; the endpoint document of all sites has a few MiB). */
const limits = { timeout: 20_000, largest: 64 * 1024 * 1024 }

/** Queue and endpoint documents from files and the web. */
export function createInformation(options: InformationOptions): Information {
  const sources = documentSources(options)
  const finder: FinderOptions = {
    source: createDocumentSource({ authorities: options.authorities, proxy: options.proxy, ...limits }),
    cache: createDocumentCache(options.cacheDirectory),
    pause: options.pause ?? defaultPause,
    log: options.log,
  }
  const queues = new Map<string, Promise<Found<QueueData>>>()
  const storage = new Map<string, Promise<Found<ReadonlyMap<string, StorageEndpoint>>>>()

  return {
    queue: (name, signal = new AbortController().signal) =>
      once(queues, name, () => {
        const read = (text: string) => readQueueDocument(text, name)
        const wanted = { title: `queue document of ${name}`, cacheName: cacheNames.queue, read }
        return findDocument(
          { ...wanted, sources: sources.queue.map((source) => forQueue(source, name)) },
          finder,
          signal,
        )
      }),
    endpoints: (signal = new AbortController().signal) =>
      once(storage, 'all', () => {
        const wanted = { title: 'storage document', cacheName: cacheNames.storage, read: readEndpointDocument }
        return findDocument({ ...wanted, sources: sources.storage }, finder, signal)
      }),
  }
}

/** Everybody who asks while the answer is on its way gets the same one; a failure is forgotten. */
async function once<T>(
  known: Map<string, Promise<Found<T>>>,
  key: string,
  find: () => Promise<Found<T>>,
): Promise<Found<T>> {
  const asked = known.get(key)
  if (asked !== undefined) return asked
  const asking = find()
  known.set(key, asking)
  const found = await asking
  if (found.kind === 'failed') known.delete(key)
  return found
}

import type { QueueData } from '../job/queue-data.ts'
import type { StorageEndpoint } from '../job/storage-endpoint.ts'

export type Found<T> =
  | { readonly kind: 'found'; readonly value: T; readonly source: string }
  | { readonly kind: 'failed'; readonly text: string }

/** Queue and endpoint documents. Never rejects; each document is fetched and parsed once a pilot, a failure may be asked again. */
export interface Information {
  queue(name: string, signal?: AbortSignal): Promise<Found<QueueData>>
  endpoints(signal?: AbortSignal): Promise<Found<ReadonlyMap<string, StorageEndpoint>>>
}

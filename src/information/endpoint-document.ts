import { parseEndpoint, type StorageEndpoint } from '../job/storage-endpoint.ts'
import { ownValue, parseDocument, type ReadDocument } from './json-document.ts'

function named(value: unknown): readonly [name: string, value: unknown] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const name = ownValue(value, 'name')
  return typeof name === 'string' && name !== '' ? [name, value] : undefined
}

function entriesOf(document: object): readonly (readonly [name: string, value: unknown])[] {
  if (Array.isArray(document)) return document.map(named).filter((entry) => entry !== undefined)
  const bare = named(document)
  return bare === undefined ? Object.entries(document) : [bare]
}

/**
 * The storage endpoints of a document: keyed by name, listed, or a single bare one. Entries that are no endpoints are
 * left out; a document without any is refused.
 */
export function readEndpointDocument(text: string): ReadDocument<ReadonlyMap<string, StorageEndpoint>> {
  const document = parseDocument(text)
  if (document.kind === 'refused') return document
  const endpoints = new Map<string, StorageEndpoint>()
  for (const [name, value] of entriesOf(document.value)) {
    const endpoint = parseEndpoint(name, value)
    if (endpoint !== undefined) endpoints.set(name, endpoint)
  }
  if (endpoints.size === 0) return { kind: 'refused', text: 'describes no storage endpoint' }
  return { kind: 'read', value: endpoints }
}

import { parseQueue, type QueueData } from '../job/queue-data.ts'
import { ownValue, parseDocument, type ReadDocument } from './json-document.ts'

function isDictionary(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Finds one queue in a document: the bare dictionary of that queue, or queues keyed by their names
 * (contracts/pilot-data.md 7.1). A bare document of another queue is refused: its limits and storages would be wrong.
 */
export function readQueueDocument(text: string, name: string): ReadDocument<QueueData> {
  const document = parseDocument(text)
  if (document.kind === 'refused') return document
  const keyed = ownValue(document.value, name)
  const parsed = parseQueue(isDictionary(keyed) ? { nickname: name, ...keyed } : document.value)
  if (parsed.kind === 'refused') {
    const known = Object.keys(document.value).length
    return { kind: 'refused', text: `does not describe queue ${name} (${known} other keys)` }
  }
  const { queue } = parsed
  if (isDictionary(keyed) || queue.name === name || queue.resource === name) return { kind: 'read', value: queue }
  return { kind: 'refused', text: `describes queue ${queue.name}, not ${name}` }
}

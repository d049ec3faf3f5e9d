import { setTimeout as wait } from 'node:timers/promises'
import { withoutUser } from '../job/address.ts'
import { isWebAddress } from './default-sources.ts'
import type { CachedDocument, DocumentCache } from './document-cache.ts'
import type { DocumentSource } from './document-source.ts'
import type { ReadDocument } from './json-document.ts'
import type { Found } from './port.ts'

export interface InformationLog {
  info(text: string): void
  warning(text: string): void
}

export interface WantedDocument<T> {
  /** `queue document of X`, for people. */
  readonly title: string
  readonly cacheName: string
  /** Addresses, best first. */
  readonly sources: readonly string[]
  read(text: string): ReadDocument<T>
}

export interface FinderOptions {
  readonly source: DocumentSource
  readonly cache: DocumentCache
  /** ms before the sources are asked once more (contracts/pilot-data.md 7.1: uniform 15–45 s). */
  readonly pause: () => number
  readonly log: InformationLog
}

/** ms for which a stored document is used without asking (7.1). */
const freshness = 3 * 3600 * 1000
/** Rounds through the sources (7.1). */
const mostRounds = 3

interface Held<T> {
  readonly document: CachedDocument
  readonly value: T
}

type Round<T> =
  | { readonly kind: 'found'; readonly found: Found<T> }
  | { readonly kind: 'nothing'; readonly problems: readonly string[]; readonly again: boolean }

/**
 * Finds a document: the stored one while it is fresh, else the first source that has a usable one, else the stored one
 * whatever its age, with a warning. Only what came over the network is stored; a failed download leaves the stored one
 * alone. Never rejects.
 */
export async function findDocument<T>(
  wanted: WantedDocument<T>,
  options: FinderOptions,
  signal: AbortSignal,
): Promise<Found<T>> {
  const held = await heldDocument(wanted, options)
  if (held !== undefined && Math.abs(held.document.age) < freshness) return fromCache(held)
  const rounds = held === undefined ? mostRounds : 1
  let problems: readonly string[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const result = await askAll(wanted, held, options, signal)
    if (result.kind === 'found') return result.found
    problems = result.problems
    if (!result.again || signal.aborted || round === rounds) break
    options.log.warning(`no ${wanted.title} yet: ${problems.join('; ')}`)
    await wait(options.pause(), undefined, { signal }).catch(() => undefined)
  }
  const text = `no ${wanted.title}: ${problems.join('; ')}`
  if (held === undefined) return { kind: 'failed', text }
  const hours = Math.round(held.document.age / 360_000) / 10
  options.log.warning(`${text}; going on with ${held.document.path}, ${hours} h old`)
  return fromCache(held)
}

function fromCache<T>({ document, value }: Held<T>): Found<T> {
  return { kind: 'found', value, source: document.path }
}

/** A stored document of another address is not wanted: the operator may have changed it. */
async function heldDocument<T>(
  { sources, cacheName, read }: WantedDocument<T>,
  { cache }: FinderOptions,
): Promise<Held<T> | undefined> {
  if (!sources.some(isWebAddress)) return undefined
  const document = await cache.read(cacheName)
  if (document === undefined) return undefined
  if (document.origin !== undefined && !sources.map(withoutUser).includes(document.origin.source)) return undefined
  const result = read(document.text)
  return result.kind === 'read' ? { document, value: result.value } : undefined
}

async function askAll<T>(
  wanted: WantedDocument<T>,
  held: Held<T> | undefined,
  { source: fetch, cache, log }: FinderOptions,
  signal: AbortSignal,
): Promise<Round<T>> {
  const problems: string[] = []
  let again = false
  for (const source of wanted.sources) {
    const origin = held?.document.origin
    const fetched = await fetch(source, origin?.source === withoutUser(source) ? origin.etag : undefined, signal)
    if (fetched.kind === 'unchanged' && held !== undefined) {
      await cache.renew(wanted.cacheName)
      return { kind: 'found', found: { kind: 'found', value: held.value, source: withoutUser(source) } }
    }
    if (fetched.kind !== 'document') {
      problems.push(fetched.kind === 'failed' ? fetched.text : `${withoutUser(source)}: nothing new`)
      again ||= fetched.kind === 'failed' && fetched.again
      continue
    }
    const result = wanted.read(fetched.text)
    if (result.kind === 'refused') {
      problems.push(`${withoutUser(source)} ${result.text}`)
      continue
    }
    if (isWebAddress(source)) {
      await cache.write(wanted.cacheName, fetched.text, withoutUser(source), fetched.etag).catch((error) => {
        log.warning(`the ${wanted.title} could not be stored: ${error instanceof Error ? error.message : error}`)
      })
    }
    return { kind: 'found', found: { kind: 'found', value: result.value, source: withoutUser(source) } }
  }
  return { kind: 'nothing', problems, again }
}

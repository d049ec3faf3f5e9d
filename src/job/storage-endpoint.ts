import * as z from 'zod/mini'
import { optionalFlag, optionalInteger, optionalText } from './wire-values.ts'

/** One way to reach an endpoint, in the order of the document. */
export interface StorageProtocol {
  readonly endpoint: string
  readonly path: string
}

/** A Rucio storage element as its document describes it (contracts/pilot-data.md 7.5). */
export interface StorageEndpoint {
  readonly id: number | undefined
  readonly name: string
  readonly type: string
  readonly state: string
  readonly site: string
  readonly isDeterministic: boolean
  readonly protocolsByActivity: Readonly<Record<string, readonly StorageProtocol[]>>
}

const protocol = z.object({ endpoint: z.string(), path: z.catch(z.string(), '') })

const schema = z.object({
  id: optionalInteger,
  pk: optionalInteger,
  type: optionalText,
  state: optionalText,
  site: optionalText,
  is_deterministic: optionalFlag,
  arprotocols: z.catch(z.record(z.string(), z.array(protocol)), {}),
})

/** Reads one entry of the endpoint document; undefined when it is no dictionary. */
export function parseEndpoint(name: string, raw: unknown): StorageEndpoint | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined
  const keys = Object.keys(schema.shape)
  const wire = schema.parse(Object.fromEntries(keys.map((key) => [key, (raw as Record<string, unknown>)[key]])))
  return {
    id: wire.id ?? wire.pk,
    name,
    type: wire.type ?? '',
    state: wire.state ?? 'ACTIVE',
    site: wire.site ?? '',
    isDeterministic: wire.is_deterministic ?? true,
    protocolsByActivity: wire.arprotocols,
  }
}

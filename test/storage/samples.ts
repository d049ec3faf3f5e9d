import type { InputFile, OutputFile } from '../../src/job/files.ts'
import type { Lfn, Rse } from '../../src/job/ids.ts'
import { parseQueue, type QueueData } from '../../src/job/queue-data.ts'
import { parseEndpoint, type StorageEndpoint } from '../../src/job/storage-endpoint.ts'

/** A queue document with the given fields. */
export function queueWith(fields: Record<string, unknown>): QueueData {
  const parsed = parseQueue({ nickname: 'EXAMPLE', ...fields })
  if (parsed.kind !== 'queue') throw new Error(parsed.text)
  return parsed.queue
}

type Protocols = Record<string, readonly (readonly [endpoint: string, path: string])[]>

/** Endpoint documents by RSE name. */
export function endpointsWith(
  protocolsByRse: Record<string, Protocols>,
  fields: Record<string, unknown> = {},
): ReadonlyMap<string, StorageEndpoint> {
  const endpoints = Object.entries(protocolsByRse).map(([rse, protocols]) => {
    const arprotocols = Object.fromEntries(
      Object.entries(protocols).map(([activity, list]) => [
        activity,
        list.map(([endpoint, path]) => ({ endpoint, path })),
      ]),
    )
    const endpoint = parseEndpoint(rse, { arprotocols, ...fields })
    if (endpoint === undefined) throw new Error(`no endpoint: ${rse}`)
    return [rse, endpoint] as const
  })
  return new Map(endpoints)
}

export function inputFile(
  rse: string | undefined,
  lfn = 'EVNT.1._0001.pool.root.1',
  scope = 'mc23_13p6TeV',
): InputFile {
  return {
    lfn: lfn as Lfn,
    guid: undefined,
    scope,
    dataset: '',
    rse: rse as Rse | undefined,
    size: undefined,
    checksum: undefined,
    storageToken: undefined,
  }
}

export function outputFile(rse: string | undefined, kind: OutputFile['kind'] = 'output'): OutputFile {
  return {
    lfn: 'HITS.1._0001.pool.root.1' as Lfn,
    kind,
    guid: undefined,
    scope: 'mc23_13p6TeV',
    dataset: '',
    rse: rse as Rse | undefined,
    mayBeMissing: false,
  }
}

const tool = (name: string, schemes: readonly string[]) => [name, { name, schemes }] as const

/** The tools of the plans: `mv` takes any scheme, the others some. */
export const tools = new Map([
  tool('mv', []),
  tool('xrdcp', ['root', 'roots']),
  tool('gfal', ['davs', 'https', 'root']),
])

import { createHash } from 'node:crypto'
import XMLBuilder from 'fast-xml-builder'

/** An input as the payload's framework looks it up. */
export interface CatalogEntry {
  readonly lfn: string
  readonly guid: string | undefined
}

const builder = new XMLBuilder({ format: true, indentBy: '  ', ignoreAttributes: false, suppressEmptyNode: true })

const head = '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n<!DOCTYPE POOLFILECATALOG SYSTEM "InMemory">\n'

/** Always the same identifier for the same name, in the form of a GUID. */
function ownId(lfn: string): string {
  const hex = createHash('md5').update(lfn, 'utf8').digest('hex').toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * Text of PoolFileCatalog.xml (contracts/pilot-data.md 2.9). The catalogue is keyed by GUID, so an input without one, or
 * with one that an earlier input has, gets an identifier made from its name: no two inputs become one.
 */
export function poolFileCatalog(inputs: readonly CatalogEntry[]): string {
  const taken = new Set<string>()
  const files = inputs.map(({ lfn, guid }) => {
    const id = guid === undefined || guid === '' || taken.has(guid) ? ownId(lfn) : guid
    taken.add(id)
    return { '@_ID': id, physical: { pfn: { '@_filetype': 'ROOT_All', '@_name': lfn } }, logical: '' }
  })
  return `${head}${builder.build({ POOLFILECATALOG: { File: files } })}`
}

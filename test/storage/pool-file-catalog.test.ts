import * as fc from 'fast-check'
import { XMLParser } from 'fast-xml-parser'
import { expect, it } from 'vitest'
import { poolFileCatalog } from '../../src/storage/pool-file-catalog.ts'

const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === 'File' })

interface CatalogFile {
  readonly '@_ID': string
  readonly physical: { readonly pfn: { readonly '@_name': string } }
}

function read(xml: string): readonly (readonly [id: string, name: string])[] {
  const files: readonly CatalogFile[] = parser.parse(xml).POOLFILECATALOG.File ?? []
  return files.map((file) => [file['@_ID'], file.physical.pfn['@_name']])
}

it('lists each input under its GUID, with the document type frameworks look for', () => {
  const xml = poolFileCatalog([{ lfn: 'EVNT.root', guid: '7A1C' }])
  expect(xml).toContain('<!DOCTYPE POOLFILECATALOG SYSTEM "InMemory">')
  expect(xml).toContain('<pfn filetype="ROOT_All" name="EVNT.root"/>')
  expect(read(xml)).toEqual([['7A1C', 'EVNT.root']])
})

it('escapes what XML keeps for itself', () => {
  expect(poolFileCatalog([{ lfn: 'a&b<"c"', guid: 'G' }])).toContain('name="a&amp;b&lt;&quot;c&quot;"')
})

it('is a catalogue without files for a job without inputs', () => {
  expect(poolFileCatalog([])).toContain('<POOLFILECATALOG/>')
})

it('never makes two inputs one, whatever their GUIDs', () => {
  const lfn = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/)
  const guid = fc.constantFrom(undefined, '', 'G1', 'G2')
  const inputs = fc.uniqueArray(fc.record({ lfn, guid }), { selector: (input) => input.lfn, maxLength: 6 })
  fc.assert(
    fc.property(inputs, (entries) => {
      const found = read(poolFileCatalog(entries))
      expect(found.map(([, name]) => name)).toEqual(entries.map((entry) => entry.lfn))
      expect(new Set(found.map(([id]) => id)).size).toBe(entries.length)
      expect(found.every(([id]) => id !== '')).toBe(true)
    }),
  )
})

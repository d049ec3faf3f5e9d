import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEndpointDocument } from '../../src/information/endpoint-document.ts'
import { readQueueDocument } from '../../src/information/queue-document.ts'
import { parseQueue } from '../../src/job/queue-data.ts'

const bare = { nickname: 'EXAMPLE', panda_resource: 'EXAMPLE_RES', state: 'inactive', maxrss: 16000 }

describe('a queue document', () => {
  it.each([
    ['bare', bare],
    ['keyed by name', { OTHER: { nickname: 'OTHER' }, EXAMPLE: bare }],
    ['keyed by name, the queue itself without', { EXAMPLE: { state: 'inactive', maxrss: 16000 } }],
  ])('is understood %s', (_shape, document) => {
    expect(readQueueDocument(JSON.stringify(document), 'EXAMPLE')).toMatchObject({
      kind: 'read',
      value: { name: 'EXAMPLE', state: 'INACTIVE', maxRss: 16000 },
    })
  })

  it('may be asked for by the name of its resource', () => {
    expect(readQueueDocument(JSON.stringify(bare), 'EXAMPLE_RES').kind).toBe('read')
  })

  it.each([
    ['', /is empty/],
    ['<html><body>Bad gateway</body></html>', /is no JSON.*<html>/],
    ['{"nickname": "EXAM', /is no JSON/],
    ['null', /is no dictionary but null/],
    ['"EXAMPLE"', /is no dictionary/],
    ['{"error": "no such queue"}', /says error: "no such queue"/],
    ['{"OTHER": {"nickname": "OTHER"}}', /does not describe queue EXAMPLE/],
    ['{"nickname": "OTHER"}', /describes queue OTHER, not EXAMPLE/],
    ['{"EXAMPLE": [1]}', /does not describe queue EXAMPLE/],
    ['[]', /does not describe queue EXAMPLE/],
  ])('that reads %j is refused with the reason', (text, reason) => {
    expect(readQueueDocument(text, 'EXAMPLE')).toMatchObject({ kind: 'refused', text: expect.stringMatching(reason) })
  })

  it('has no queue called like a property of every object', () => {
    expect(readQueueDocument('{}', 'constructor').kind).toBe('refused')
  })

  it('is read or refused, whatever it holds', () => {
    const keys = fc.constantFrom(
      'nickname',
      'name',
      'EXAMPLE',
      'acopytools',
      'astorages',
      'copytools',
      'params',
      'state',
    )
    const anything = fc.dictionary(fc.oneof(keys, fc.string()), fc.jsonValue())
    fc.assert(
      fc.property(fc.oneof(anything, fc.jsonValue()), (document) => {
        expect(['read', 'refused']).toContain(readQueueDocument(JSON.stringify(document), 'EXAMPLE').kind)
        expect(['queue', 'refused']).toContain(parseQueue(document).kind)
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => readQueueDocument(text, 'EXAMPLE').kind !== undefined))
    fc.assert(fc.property(fc.anything(), (value) => parseQueue(value).kind !== undefined))
  })
})

const endpoint = {
  type: 'DATADISK',
  is_deterministic: true,
  arprotocols: { read_lan: [{ endpoint: 'root://x:1094/', path: '/d/', flavour: 'XROOTD', id: 1 }] },
}

describe('a storage document', () => {
  it.each([
    ['keyed by name', { A: endpoint }],
    ['as a list', [{ name: 'A', ...endpoint }]],
    ['as one bare endpoint', { name: 'A', ...endpoint }],
  ])('is understood %s', (_shape, document) => {
    const read = readEndpointDocument(JSON.stringify(document))
    expect(read.kind === 'read' && read.value.get('A')).toMatchObject({
      name: 'A',
      isDeterministic: true,
      protocolsByActivity: { read_lan: [{ endpoint: 'root://x:1094/', path: '/d/' }] },
    })
  })

  it('keeps the good endpoints when others are nonsense', () => {
    const read = readEndpointDocument(JSON.stringify({ A: endpoint, B: 7, C: null }))
    expect(read.kind === 'read' && [...read.value.keys()]).toEqual(['A'])
  })

  it.each([['{}'], ['[]'], ['{"A": 1}'], ['{"error": "down"}'], ['<html>']])('that reads %j is refused', (text) => {
    expect(readEndpointDocument(text).kind).toBe('refused')
  })

  it('is read or refused, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(['read', 'refused']).toContain(readEndpointDocument(JSON.stringify(document)).kind)
      }),
    )
  })
})

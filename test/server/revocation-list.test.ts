import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listEnd } from '../../src/server/revocation-list.ts'

const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat(content)
  const length = bytes.length < 0x80 ? [bytes.length] : [0x82, bytes.length >> 8, bytes.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), bytes])
}
const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content)
const time = (text: string): Buffer => der(text.length === 13 ? 0x17 : 0x18, Buffer.from(text))
const pem = (bytes: Uint8Array): string =>
  `-----BEGIN X509 CRL-----\n${Buffer.from(bytes).toString('base64')}\n-----END X509 CRL-----\n`

const version = der(0x02, Buffer.from([1]))
const issuer = sequence(Buffer.alloc(200, 'x'))
const list = (head: readonly Buffer[], ...tail: readonly Buffer[]): string =>
  pem(sequence(sequence(...head, sequence(), issuer, time('260101000000Z'), ...tail), sequence(), Buffer.alloc(3)))

describe('the end of a list', () => {
  it.each([
    ['261231235959Z', Date.UTC(2026, 11, 31, 23, 59, 59)],
    ['490101000000Z', Date.UTC(2049, 0, 1)],
    ['500101000000Z', Date.UTC(1950, 0, 1)],
    ['20510102030405Z', Date.UTC(2051, 0, 2, 3, 4, 5)],
  ])('%s is read, with a version and without', (text, at) => {
    expect(listEnd(list([version], time(text), sequence()))).toEqual({ kind: 'end', at })
    expect(listEnd(list([], time(text)))).toEqual({ kind: 'end', at })
  })

  it('is not known where none is promised', () => {
    expect(listEnd(list([version], sequence()))).toEqual({ kind: 'end', at: undefined })
    expect(listEnd(list([version]))).toEqual({ kind: 'end', at: undefined })
  })

  it('is unreadable when it is no time, or when there is no list', () => {
    expect(listEnd(list([version], time('2612312359+0Z')))).toMatchObject({ kind: 'unreadable' })
    expect(listEnd('')).toMatchObject({ kind: 'unreadable' })
    expect(listEnd(list([version], time('261231235959Z')).slice(0, 150))).toMatchObject({ kind: 'unreadable' })
  })

  it('no bytes make it throw', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void listEnd(pem(bytes))))
    const whole = Buffer.from(list([version], time('261231235959Z')).split('\n')[1] ?? '', 'base64')
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(whole)
        changed[at] = byte
        listEnd(pem(changed))
      }),
    )
  })
})

import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { certificateLife } from '../../src/server/certificate-life.ts'
import type { CertificatePair } from '../../src/standin/certificate.ts'
import { madeCertificate, now, proxyText } from './made-certificates.ts'

const hour = 3_600_000
let issuer: CertificatePair
let own: CertificatePair
beforeAll(async () => {
  issuer = await madeCertificate('user', { until: 5 * hour })
  own = await madeCertificate('robot', { from: -2 * hour, until: 12 * hour, signedBy: issuer })
})

describe('the life of a proxy', () => {
  it('is that of its one certificate', () => {
    expect(certificateLife(proxyText(own))).toEqual({
      kind: 'life',
      life: { subject: '/O=grid/CN=robot', validFrom: now - 2 * hour, validUntil: now + 12 * hour },
    })
  })

  it('ends with the first of the chain that ends, and is told of the first certificate', () => {
    expect(certificateLife(proxyText(own, issuer))).toMatchObject({
      life: { subject: '/O=grid/CN=robot', validFrom: now - 2 * hour, validUntil: now + 5 * hour },
    })
  })

  it('begins with the last of the chain that begins', async () => {
    const later = await madeCertificate('later', { from: hour })
    expect(certificateLife(proxyText(own, later))).toMatchObject({ life: { validFrom: now + hour } })
  })

  it('is told of one that has ended, too', async () => {
    const old = await madeCertificate('old', { from: -3 * hour, until: -2 * hour })
    expect(certificateLife(proxyText(old))).toMatchObject({ life: { validUntil: now - 2 * hour } })
  })
})

describe('no life is read', () => {
  it.each([
    ['from nothing', () => '', /no certificate/],
    ['from another text', () => 'eyJ.eyJ.c2ln', /no certificate/],
    ['without a key', () => own.cert, /no private key/],
    ['with the key of another', () => `${own.cert}\n${issuer.key}`, /does not belong/],
    ['from letters that are no certificate', () => `${own.cert.replace(/MII/, 'MIJ')}\n${own.key}`, /damaged/],
  ])('%s', (_, text, why) => {
    expect(certificateLife(text())).toEqual({ kind: 'unreadable', text: expect.stringMatching(why) })
  })

  it('from a proxy that is cut anywhere before its end mark', () => {
    const whole = proxyText(own, issuer).trimEnd()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        const cut = whole.slice(0, length)
        // Cut right between two blocks it is a proxy with a shorter chain.
        fc.pre(!cut.trimEnd().endsWith(own.key.trimEnd()))
        const atIssuer = length - (whole.length - issuer.cert.trimEnd().length)
        fc.pre(atIssuer < 0 || atIssuer >= '-----BEGIN CERTIFICATE-----'.length)
        expect(certificateLife(cut).kind).toBe('unreadable')
      }),
    )
  })
})

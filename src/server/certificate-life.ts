import { createPrivateKey, X509Certificate } from 'node:crypto'

/** From when until when a credential is good, ms since the epoch; undefined = it does not say. */
export interface Life {
  /** For people: `/DC=org/O=grid/CN=robot`. */
  readonly subject: string
  readonly validFrom: number | undefined
  readonly validUntil: number | undefined
}

export type CertificateLife =
  | { readonly kind: 'life'; readonly life: Life }
  | { readonly kind: 'unreadable'; readonly text: string }

const begin = '-----BEGIN CERTIFICATE-----'
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The life of an X.509 proxy: its own certificate, its private key and the chain, all in one PEM text. A chain is valid
 * while every certificate of it is. The VOMS attribute certificates inside, which have an end of their own, are not
 * read: a proxy tool makes them end with the proxy, and a server that finds them expired says so.
 */
export function certificateLife(pem: string): CertificateLife {
  const texts = pem.match(certificate) ?? []
  if (texts.length < pem.split(begin).length - 1) return unreadable('a certificate in it is cut off')
  try {
    const chain = texts.map((text) => new X509Certificate(text))
    const [own] = chain
    if (own === undefined) return unreadable('there is no certificate in it')
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return unreadable('there is no private key in it')
    if (!own.checkPrivateKey(createPrivateKey(pem))) {
      return unreadable('its private key does not belong to its first certificate')
    }
    return {
      kind: 'life',
      life: {
        subject: `/${own.subject.split('\n').join('/')}`,
        validFrom: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())),
        validUntil: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
      },
    }
  } catch (error) {
    return unreadable(`it is damaged: ${error instanceof Error ? error.message : error}`)
  }
}

function unreadable(text: string): CertificateLife {
  return { kind: 'unreadable', text }
}

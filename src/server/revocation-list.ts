/** When a list of revoked certificates ends, or why it cannot be read. */
export type ListEnd =
  | { readonly kind: 'end'; readonly at: number | undefined }
  | { readonly kind: 'unreadable'; readonly text: string }

const tags = { integer: 0x02, sequence: 0x30, utcTime: 0x17, generalizedTime: 0x18 } as const

/**
 * The next update a list (PEM) promises, ms since the epoch, undefined when it promises none (RFC 5280 5.1). Only for
 * people: whether the list counts is decided by OpenSSL.
 */
export function listEnd(pem: string): ListEnd {
  const body = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/.exec(pem)?.[1]
  if (body === undefined) return { kind: 'unreadable', text: 'there is no list in it, or it is cut off' }
  const list = inside(Buffer.from(body, 'base64'), 0)
  const content = list && inside(list, 0)
  if (content === undefined) return { kind: 'unreadable', text: 'it is damaged' }
  // version (optional), signature, issuer, thisUpdate, nextUpdate (optional)
  let at = 0
  if (content[at] === tags.integer) at = after(content, at)
  for (let skipped = 0; skipped < 3; skipped += 1) at = after(content, at)
  if (content[at] !== tags.utcTime && content[at] !== tags.generalizedTime) return { kind: 'end', at: undefined }
  const time = timeOf(inside(content, at)?.toString('latin1') ?? '')
  return Number.isNaN(time)
    ? { kind: 'unreadable', text: 'its time of update cannot be read' }
    : { kind: 'end', at: time }
}

/** `[YY]YYMMDDhhmmssZ`; two digits mean 1950 to 2049. */
function timeOf(text: string): number {
  const full = text.length === 13 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

interface Frame {
  readonly from: number
  readonly to: number
}

/** Where the content of the DER element at `at` begins and ends. */
function frame(der: Buffer, at: number): Frame | undefined {
  const first = der[at + 1]
  if (first === undefined) return undefined
  const bytes = first < 0x80 ? 0 : first & 0x7f
  if (bytes > 4 || at + 2 + bytes > der.length) return undefined
  const length = bytes === 0 ? first : der.readUIntBE(at + 2, bytes)
  const from = at + 2 + bytes
  return from + length > der.length ? undefined : { from, to: from + length }
}

function inside(der: Buffer, at: number): Buffer | undefined {
  const found = frame(der, at)
  return found && der.subarray(found.from, found.to)
}

/** Where the next element begins; behind the end when this one is damaged. */
function after(der: Buffer, at: number): number {
  return frame(der, at)?.to ?? der.length
}

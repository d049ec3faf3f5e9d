import { X509Certificate } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { readAuthorities } from './authorities.ts'
import { listEnd } from './revocation-list.ts'

/** Authorities that a server's certificate may come from, PEM. With lists, every one of a chain must have one. */
export interface TrustSet {
  readonly authorities: readonly string[]
  readonly revoked: readonly string[]
}

export interface Trust {
  /** Authorities with a list of revoked certificates, those without. */
  readonly sets: readonly TrustSet[]
  /** Lists that are of no use, each in words for people. */
  readonly problems: readonly string[]
}

interface NamedList {
  readonly path: string
  readonly pem: string
}

/**
 * The CA directory and `more` authorities. OpenSSL, once it has a list, wants one of every authority of a chain, which
 * would shut out all that publish none; so there are two sets. An authority with a list, and whoever issued it, is only
 * in the strict one, also when the list is damaged: it opens nothing, its servers are refused.
 *
 * `<hash>.r0` belongs to `<hash>.0`, the layout of OpenSSL; a list that has no authority beside it has no effect.
 */
export async function readTrust(directory: string, more: readonly string[], now: number): Promise<Trust> {
  const authorities = [...more, ...(await readAuthorities(directory))]
  const names = await readdir(directory)
  const listNames = names.filter((name) => /\.r\d+$/.test(name))
  if (listNames.length === 0) return { sets: [{ authorities, revoked: [] }], problems: [] }
  const hashes = new Set(listNames.map(stem))
  const listed = names.filter((name) => /\.\d+$/.test(name) && hashes.has(stem(name)))
  const certificates = parse(authorities)
  const strictNames = new Set(parse(await readAll(directory, listed)).map(({ subject }) => subject))
  for (let before = -1; before < strictNames.size; ) {
    before = strictNames.size
    for (const { subject, issuer } of certificates) if (strictNames.has(subject)) strictNames.add(issuer)
  }
  const isStrict = ({ subject }: X509Certificate): boolean => strictNames.has(subject)
  const { usable, problems } = await readLists(directory, listNames, now)
  const strict = certificates.filter(isStrict).map((certificate) => certificate.toString())
  const loose = certificates
    .filter((certificate) => !isStrict(certificate))
    .map((certificate) => certificate.toString())
  return {
    sets: [
      ...(usable.length === 0 ? [] : [{ authorities: strict, revoked: usable }]),
      { authorities: loose, revoked: [] },
    ],
    problems,
  }
}

function stem(name: string): string {
  return name.slice(0, name.lastIndexOf('.'))
}

function readAll(directory: string, names: readonly string[]): Promise<string[]> {
  return Promise.all(names.map((name) => readFile(join(directory, name), 'utf8').catch(() => '')))
}

/** Broken ones are left out, as OpenSSL does. */
function parse(texts: readonly string[]): readonly X509Certificate[] {
  return texts.flatMap((text) => {
    try {
      return [new X509Certificate(text)]
    } catch {
      return []
    }
  })
}

async function readLists(directory: string, names: readonly string[], now: number) {
  const lists: NamedList[] = (await readAll(directory, names)).map((pem, index) => ({
    path: join(directory, names[index] ?? ''),
    pem,
  }))
  const damaged = areRead(lists) ? new Set<NamedList>() : new Set(lists.filter((list) => !areRead([list])))
  const usable = lists.filter((list) => !damaged.has(list)).map(({ pem }) => pem)
  const problems = lists.flatMap((list) => {
    const end = listEnd(list.pem)
    if (end.kind === 'unreadable' || damaged.has(list)) {
      const why = end.kind === 'unreadable' ? end.text : 'it is damaged'
      return [`the list of revoked certificates ${list.path} cannot be used: ${why}; ${consequence}`]
    }
    if (end.at === undefined || end.at > now) return []
    return [`the list of revoked certificates ${list.path} ended ${new Date(end.at).toISOString()}: ${consequence}`]
  })
  return { usable, problems }
}

const consequence = 'servers of its authority are refused until it is renewed (fetch-crl)'

function areRead(lists: readonly NamedList[]): boolean {
  try {
    createSecureContext({ ca: [], crl: lists.map(({ pem }) => pem) })
    return true
  } catch {
    return false
  }
}

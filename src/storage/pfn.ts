import { createHash } from 'node:crypto'
import type { StorageProtocol } from '../job/storage-endpoint.ts'

/**
 * Path of a file below a deterministic RSE (contracts/pilot-data.md 3.5). Rucio's own rule: dots of the scope become
 * directories only where it begins with `user` or `group`.
 */
export function deterministicPath(scope: string, lfn: string): string {
  const hash = createHash('md5').update(`${scope}:${lfn}`, 'utf8').digest('hex')
  const directories = /^(user|group)/.test(scope) ? scope.split('.') : [scope]
  return [...directories, hash.slice(0, 2), hash.slice(2, 4), lfn].filter((part) => part !== '').join('/')
}

/** `root` of `root://host:1094//path`, lower case; undefined for a plain path. */
export function schemeOf(url: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
}

const bareAuthority = /^[a-z][a-z0-9+.-]*:\/\/[^/?]+\/*$/i

/**
 * Endpoint, path and file as one URL. XRootD takes a path with one slash after the host as a relative one and most doors
 * refuse it, so there are always two; other schemes get one, however many the document writes on either side.
 */
export function joinUrl({ endpoint, path }: StorageProtocol, file: string): string {
  const below = path === '' || path.endsWith('/') ? `${path}${file}` : `${path}/${file}`
  if (!bareAuthority.test(endpoint)) return `${endpoint}${below}`
  const seam = /^x?roots?:/i.test(endpoint) ? '//' : '/'
  return `${endpoint.replace(/\/+$/, '')}${seam}${below.replace(/^\/+/, '')}`
}

/** The path of a `file://` URL, with or without `localhost`; undefined for any other scheme. */
export function localPathOf(url: string): string | undefined {
  return /^file:\/\/(?:localhost)?(\/.*)$/i.exec(url)?.[1]
}

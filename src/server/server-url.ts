export type ServerUrl =
  | { readonly kind: 'url'; readonly origin: string; readonly secure: boolean }
  | { readonly kind: 'refused'; readonly text: string }

/**
 * The server's origin: no scheme means https, a port inside the URL wins over `port` (contracts/panda-server.md 1.1).
 * Plain http only when the URL says so.
 */
export function parseServerUrl(url: string, port: number): ServerUrl {
  const refused = (why: string): ServerUrl => ({
    kind: 'refused',
    text: `server URL ${JSON.stringify(url)}: ${why}; expected something like https://pandaserver.cern.ch:25443`,
  })
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`
  const rest = /^https?:\/\/([^/?#]+)\/*$/i.exec(full)
  if (rest?.[1] === undefined) return refused('it is no http(s) address without a path')
  if (rest[1].includes('@')) return refused('a user name does not belong there')
  const parsed = URL.canParse(full) ? new URL(full) : undefined
  if (parsed === undefined) return refused('it cannot be read')
  // A default port (443) vanishes from a parsed URL: only the text tells that it was written.
  const written = /:\d+$/.test(rest[1])
  if (!written) parsed.port = String(port)
  return { kind: 'url', origin: parsed.origin, secure: parsed.protocol === 'https:' }
}

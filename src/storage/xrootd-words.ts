import type { Checksum } from '../job/checksum.ts'
import { parseChecksum } from '../job/checksum.ts'

/** A root URL in the two parts xrdfs takes. */
export interface RootAddress {
  /** `root://host:1094` */
  readonly door: string
  /** Absolute path, with the query where there is one. */
  readonly path: string
}

/**
 * Takes a URL apart; undefined when it is none that XRootD tools understand, or holds control characters. So no address
 * can pass for an option, and none splits a line of output.
 */
export function parseRootUrl(url: string): RootAddress | undefined {
  if (/\p{Cc}/u.test(url)) return undefined
  const parts = /^(x?roots?:\/\/[^/?\s-][^/?\s]*)\/+([^/].*)$/i.exec(url)
  const [door, below] = [parts?.[1], parts?.[2]]
  return door === undefined || below === undefined ? undefined : { door, path: `/${below}` }
}

/** Argument of `--cksum`: a known value is verified, in exactly 8 or 32 digits; otherwise it is only printed. */
export function checksumArgument(checksum: Checksum | undefined): string {
  return checksum === undefined ? 'adler32:print' : `${checksum.algorithm}:${checksum.value}`
}

function known(text: string): Checksum | undefined {
  const parsed = parseChecksum(text)
  return parsed.kind === 'known' ? parsed.checksum : undefined
}

/** The checksum xrdcp prints on stderr after a copy, `adler32: 620062 <name> <size>`: leading zeros are dropped there. */
export function printedChecksum(stderr: string): Checksum | undefined {
  const found = /^(adler32|md5): ([0-9a-f]+) .* \d+$/im.exec(stderr)
  return found === null ? undefined : known(`${found[1]}:${found[2]}`)
}

/** The answer to `xrdfs query checksum`, `adler32 00620062`. */
export function queriedChecksum(stdout: string): Checksum | undefined {
  const found = /^(adler32|md5) ([0-9a-f]+)\s*$/im.exec(stdout)
  return found === null ? undefined : known(`${found[1]}:${found[2]}`)
}

/** Bytes in the answer to `xrdfs stat`. */
export function statSize(stdout: string): number | undefined {
  const found = /^Size:\s+(\d+)\s*$/m.exec(stdout)
  return found === null ? undefined : Number(found[1])
}

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, Math.floor(value)))

/**
 * The client's own timers, as parts of the time a copy may take (s). With its defaults a dead server is noticed after
 * 8–11 minutes (contracts/pilot-data.md appendix A.1); the upper limits here are those defaults or below.
 */
export function xrootdTimers(timeout: number): Readonly<Record<string, string>> {
  return {
    XRD_CONNECTIONWINDOW: String(between(2, timeout / 20, 30)),
    XRD_CONNECTIONRETRY: '2',
    XRD_STREAMTIMEOUT: String(between(3, timeout / 10, 60)),
    XRD_REQUESTTIMEOUT: String(between(5, timeout / 4, 1800)),
    XRD_TIMEOUTRESOLUTION: '1',
  }
}

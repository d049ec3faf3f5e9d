/** Finds what must be hidden. Whether something starts at a place depends on the `reach` characters from there only. */
export interface Finder {
  readonly reach: number
  /** Calls `add` for each finding that starts before `limit`; findings may overlap. */
  find(text: string, limit: number, add: (start: number, end: number) => void): void
}

/**
 * Finds given texts of at least four characters: one pass, whatever their number; and one more through a text of several
 * lines, in which they may be broken: tools print base64 that way.
 */
export function literalFinder(literals: ReadonlySet<string>): Finder {
  const byStart = new Map<number, string[]>()
  const mayStart = new Uint8Array(1 << 16)
  let longest = 1
  for (const literal of literals) {
    let key = 0
    for (let i = 0; i < 4; i++) key = (key << 8) | (literal.charCodeAt(i) & 0xff)
    const same = byStart.get(key)
    if (same === undefined) byStart.set(key, [literal])
    else same.push(literal)
    mayStart[slotOf(key)] = 1
    longest = Math.max(longest, literal.length)
  }

  /** Calls `add` for each literal that starts before `limit`. */
  function scan(text: string, limit: number, add: (start: number, end: number) => void): void {
    const stop = Math.min(limit + 3, text.length)
    let key = 0
    for (let i = 0; i < stop; i++) {
      key = (key << 8) | (text.charCodeAt(i) & 0xff)
      if (mayStart[slotOf(key)] === 0) continue
      for (const literal of byStart.get(key) ?? []) {
        if (text.startsWith(literal, i - 3)) add(i - 3, i - 3 + literal.length)
      }
    }
  }

  return {
    reach: longest * (1 + longestBreak),
    find(text, limit, add) {
      if (byStart.size === 0) return
      scan(text, limit, add)
      const { joined, placeOf } = withoutBreaks(text)
      if (joined.length === text.length) return
      scan(joined, joined.length, (start, end) => {
        const place = placeOf(start)
        if (place < limit) add(place, placeOf(end - 1) + 1)
      })
    },
  }
}

/** Ends of lines, also as JSON writes them, and the blanks with which the next line begins. */
const lineBreak = /(?:\r|\n|\\[rn]){1,4}[ \t]{0,16}/g
const longestBreak = 4 * 2 + 16

/** The text as one line, and where a character of it stands in the text. */
function withoutBreaks(text: string): { readonly joined: string; readonly placeOf: (at: number) => number } {
  /** Where a line starts in the joined text, and how much was taken out before it. */
  const starts = [0]
  const taken = [0]
  let joined = ''
  let from = 0
  for (const { index, 0: found } of text.matchAll(lineBreak)) {
    joined += text.slice(from, index)
    from = index + found.length
    starts.push(joined.length)
    taken.push(from - joined.length)
  }
  joined += text.slice(from)
  return {
    joined,
    placeOf(at) {
      let [low, high] = [0, starts.length - 1]
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] ?? 0) <= at) low = middle
        else high = middle - 1
      }
      return at + (taken[low] ?? 0)
    },
  }
}

/** Spreads the last four characters over 2^16 places (Fibonacci hashing). */
function slotOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 16
}

const pemReach = 16_384
const pemBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/y
const pemEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/
/** Line breaks may be written `\n`, as in JSON. Only the last line is short. */
const pemLines = /^.*?KEY-----(?:(?:\s|\\[nr])+[A-Za-z0-9+/=]{16,})*(?:(?:\s|\\[nr])+[A-Za-z0-9+/=]+(?=$|[\r\n"'\\]))?/

/** Private keys in PEM up to 16 KiB; of one whose end is missing, the lines of base64 that follow the beginning. */
export const privateKeyFinder: Finder = {
  reach: pemReach,
  find(text, limit, add) {
    for (let at = text.indexOf('-----BEGIN '); at >= 0 && at < limit; at = text.indexOf('-----BEGIN ', at + 1)) {
      pemBegin.lastIndex = at
      if (!pemBegin.test(text)) continue
      const key = text.slice(at, at + pemReach)
      const end = pemEnd.exec(key)
      add(at, at + (end === null ? (pemLines.exec(key)?.[0].length ?? 0) : end.index + end[0].length))
    }
  },
}

const tokenHeader = 4096
const tokenRun = /[\w-]*/y
const tokenRest = /\.[\w-]{4,8192}\.[\w-]{4,4096}/y

/** JSON Web Tokens: three parts of base64url, the first of which begins with `{"`. */
export const webTokenFinder: Finder = {
  reach: tokenHeader + 1 + 8192 + 1 + 4096,
  find(text, limit, add) {
    let runEnd = 0
    let end = 0
    for (let at = text.indexOf('eyJ'); at >= 0 && at < limit; at = text.indexOf('eyJ', at + 1)) {
      // Looked at once for all beginnings in one run of characters: a file full of beginnings must not take for ever.
      if (at >= runEnd) {
        tokenRun.lastIndex = at
        tokenRun.test(text)
        runEnd = tokenRun.lastIndex
        tokenRest.lastIndex = runEnd
        end = tokenRest.test(text) ? tokenRest.lastIndex : 0
      }
      if (end > 0 && runEnd - at <= tokenHeader) add(at, end)
    }
  },
}

const authorization =
  /authorization(?:\\?["'])?[ \t]{0,8}[:=][ \t]{0,8}((?:\\?["'])?(?:bearer|basic|token|negotiate)[ \t]{1,8}[^\s"'\\,]{1,8192}|\\?"[^"\r\n]{1,8192}|\\?'[^'\r\n]{1,8192}|[^\s"'][^\r\n]{0,8191})/gi

/** The value of `Authorization:` headers in any of the ways logs and command lines quote them. */
export const authorizationFinder: Finder = {
  reach: 8192 + 64,
  find(text, limit, add) {
    authorization.lastIndex = 0
    for (
      let found = authorization.exec(text);
      found !== null && found.index < limit;
      found = authorization.exec(text)
    ) {
      const end = found.index + found[0].length
      add(end - (found[1]?.length ?? 0), end)
      authorization.lastIndex = found.index + 1
    }
  },
}

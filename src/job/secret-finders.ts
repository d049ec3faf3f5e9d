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
  const scan = literalScan(literals)
  const longest = Math.max(1, ...Array.from(literals, (literal) => literal.length))
  return {
    reach: longest * (1 + longestBreak),
    find(text, limit, add) {
      if (literals.size === 0) return
      scan(text, limit, add)
      const joined = text.replace(lineBreak, '')
      if (joined.length === text.length) return
      let placeOf: ((at: number) => number) | undefined
      scan(joined, joined.length, (start, end) => {
        placeOf ??= placesBeforeJoining(text)
        const place = placeOf(start)
        if (place < limit) add(place, placeOf(end - 1) + 1)
      })
    },
  }
}

/** Calls `add` for each literal that starts before `limit`. */
type Scan = (text: string, limit: number, add: (start: number, end: number) => void) => void

/**
 * Looks at the last three characters of a window as long as the shortest literal. `shifts` tells how far the window may
 * move before they could stand in the beginning of any literal; mostly that is its whole length (Wu and Manber, 1994).
 */
function literalScan(literals: ReadonlySet<string>): Scan {
  const window = Math.min(256, ...Array.from(literals, (literal) => literal.length))
  const shifts = new Uint8Array(1 << 16).fill(window - 2)
  const byWindowEnd = new Map<number, string[]>()
  for (const literal of literals) {
    for (let last = 2; last < window; last++) {
      const slot = slotOf(literal, last)
      shifts[slot] = Math.min(shifts[slot] ?? 0, window - 1 - last)
    }
    const end = slotOf(literal, window - 1)
    const same = byWindowEnd.get(end)
    if (same === undefined) byWindowEnd.set(end, [literal])
    else same.push(literal)
  }
  return (text, limit, add) => {
    const stop = Math.min(limit + window - 1, text.length)
    for (let last = window - 1; last < stop; ) {
      const slot = slotOf(text, last)
      const shift = shifts[slot] ?? 1
      last += shift
      if (shift > 0) continue
      const start = last - window + 1
      for (const literal of byWindowEnd.get(slot) ?? []) {
        if (text.startsWith(literal, start)) add(start, start + literal.length)
      }
      last += 1
    }
  }
}

/** Spreads the three characters that end at `last` over 2^16 places (Fibonacci hashing). */
function slotOf(text: string, last: number): number {
  const key = (text.charCodeAt(last - 2) << 16) ^ (text.charCodeAt(last - 1) << 8) ^ text.charCodeAt(last)
  return Math.imul(key, 0x9e3779b1) >>> 16
}

/** Ends of lines, also as JSON writes them, and the blanks with which the next line begins. */
const lineBreak = /(?:\r|\n|\\[rn]){1,4}[ \t]{0,16}/g
const longestBreak = 4 * 2 + 16

/** Where a character of the text without its line breaks stands in the text. */
function placesBeforeJoining(text: string): (at: number) => number {
  /** Where a line starts in the joined text, and how much was taken out before it. */
  const starts = [0]
  const taken = [0]
  let out = 0
  for (const { index, 0: found } of text.matchAll(lineBreak)) {
    out += found.length
    starts.push(index + found.length - out)
    taken.push(out)
  }
  return (at) => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return at + (taken[low] ?? 0)
  }
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
    const before = '-----BE'.length
    // Not by its dashes: every GUID has four.
    for (let mark = text.indexOf('GIN '); mark >= 0 && mark < limit + before; mark = text.indexOf('GIN ', mark + 1)) {
      const at = mark - before
      pemBegin.lastIndex = at
      if (at < 0 || !pemBegin.test(text)) continue
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
    // By its rare letter: looking for the first one would stop at every e.
    for (let mark = text.indexOf('J'); mark >= 0 && mark < limit + 2; mark = text.indexOf('J', mark + 1)) {
      const at = mark - 2
      if (at < 0 || !text.startsWith('ey', at)) continue
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

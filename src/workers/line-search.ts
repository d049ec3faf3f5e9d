import type { FoundLines, LinePatterns } from '../job/line-pattern.ts'

/** Bytes of a line that are kept, around what was looked for: enough for a diagnosis, however long the line. */
const longestLine = 256

/** Searches a text that is pushed in pieces, cut anywhere, as Latin-1: one character a byte. */
export interface LineSearch {
  push(text: string): void
  /** Whether nothing that follows could change what is found. */
  isDone(): boolean
  /** To be called once, at the end of the text. */
  end(): FoundLines
}

/** Holds less than 1 KiB (and the longest text looked for) beyond the last piece. */
export function createLineSearch(patterns: LinePatterns): LineSearch {
  const found = new Map<string, string>()
  const longestText = Math.max(0, ...Object.values(patterns).flatMap(({ texts }) => texts.map((text) => text.length)))
  let open = Object.entries(patterns).map(([name, { texts, keep }]) => ({ name, keep, texts: texts.map(asLatin1) }))
  let anyText = anyOf(open.flatMap(({ texts }) => texts))
  let held = ''
  /** Where in `held` the search goes on; what is before it is there for the beginning of a line. */
  let next = 0

  /** Finds all that starts before `limit`. */
  function search(limit: number): void {
    const last = new Map<string, number>()
    anyText.lastIndex = next
    for (let hit = anyText.exec(held); hit !== null && hit.index < limit; hit = anyText.exec(held)) {
      const { index } = hit
      const matching = open.filter(({ texts }) => texts.some((text) => held.startsWith(text, index)))
      for (const { name } of matching) last.set(name, index)
      anyText.lastIndex = index + 1
      const settled = matching.filter(({ keep }) => keep === 'first')
      if (settled.length === 0) continue
      open = open.filter((pattern) => !settled.includes(pattern))
      anyText = anyOf(open.flatMap(({ texts }) => texts))
      anyText.lastIndex = index + 1
    }
    for (const [name, index] of last) found.set(name, lineAround(held, index))
  }

  return {
    push(text) {
      held += text
      const limit = held.length - longestLine - longestText
      if (limit <= next) return
      search(limit)
      const kept = Math.max(0, limit - longestLine)
      held = held.slice(kept)
      next = limit - kept
    },
    isDone: () => open.length === 0,
    end() {
      search(held.length)
      return Object.fromEntries(found)
    },
  }
}

/** One pass for all texts is three times as fast as one for each. */
function anyOf(texts: readonly string[]): RegExp {
  return texts.length === 0
    ? /(?!)/g
    : new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function lineAround(text: string, at: number): string {
  const before = Math.max(0, at - longestLine / 2)
  const start = before + text.slice(before, at).lastIndexOf('\n') + 1
  const end = text.indexOf('\n', at)
  const cut = start + longestLine
  const line = Buffer.from(text.slice(start, end < 0 ? cut : Math.min(end, cut)), 'latin1')
    .toString()
    .trim()
  return line.replace(cutCharacters, '').replace(controls, '?').trim()
}

/** What is left of a UTF-8 character that was cut, or was none. */
const cutCharacters = /^\uFFFD+|\uFFFD+$/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: a payload may print them
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g

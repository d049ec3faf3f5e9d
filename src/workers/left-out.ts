/** What an archive lacks, for people: `<path>: <reason>`, one line each. */
export interface LeftOut {
  add(path: string, reason: string): void
  lines(): readonly string[]
}

/** A directory of a hundred thousand sockets is told in this many lines. */
const mostLines = 1000

export function createLeftOut(): LeftOut {
  const lines: string[] = []
  let more = 0
  return {
    add(path, reason) {
      if (lines.length < mostLines) lines.push(`${path}: ${reason}`.replace(controls, '?'))
      else more += 1
    },
    lines: () => (more === 0 ? lines : [...lines, `and ${more} more`]),
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: names of files may hold them
const controls = /[\x00-\x1f\x7f]/g

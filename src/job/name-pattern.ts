type One = (char: string) => boolean

/** Stands for any number of characters. */
const run = Symbol('*')

/**
 * Whether a file name matches a shell pattern of `*`, `?`, `[a-z]` and `[!a-z]`. As in a shell, a dot at the start of the
 * name must stand in the pattern. The effort is at most that of pattern times name, whatever the pattern: it comes from
 * outside.
 */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  const parts = partsOf(pattern)
  const chars = [...name]
  let part = 0
  let char = 0
  /** Where to go on when it does not fit: behind the last `*`, which then takes one character more. */
  let back: { readonly part: number; readonly char: number } | undefined
  while (char < chars.length) {
    const wanted = parts[part]
    if (wanted === run) {
      part += 1
      back = { part, char }
    } else if (wanted?.(chars[char] ?? '')) {
      part += 1
      char += 1
    } else if (back !== undefined) {
      back = { part: back.part, char: back.char + 1 }
      part = back.part
      char = back.char
    } else {
      return false
    }
  }
  return parts.slice(part).every((rest) => rest === run)
}

/** Whether a pattern may match other names than itself. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

function partsOf(pattern: string): (One | typeof run)[] {
  return [...pattern.matchAll(/\[(!?)(\][^\]]*|[^\]]+)\]|./gsu)].map(([text, not, set]) => {
    if (text === '*') return run
    if (text === '?') return () => true
    return set === undefined ? (char) => char === text : oneOf(set, not === '!')
  })
}

function oneOf(set: string, not: boolean): One {
  const ranges = [...set.matchAll(/(.)-(.)|./gsu)].map(([one, from = one, to = one]) => [from, to] as const)
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== not
}

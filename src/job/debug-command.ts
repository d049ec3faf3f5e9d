/**
 * Path below the job directory, element by element; empty = the directory itself. No element is empty, `.` or `..` or
 * holds a `/`, so it cannot lead out. Elements may be patterns (name-pattern.ts).
 */
export type InnerPath = readonly string[]

/** What the server may have looked up in a running job. Nothing of it is meant for a shell. */
export type DebugCommand =
  | { readonly name: 'tail'; readonly lines: number; readonly path: InnerPath }
  | {
      readonly name: 'ls'
      readonly path: InnerPath
      readonly long: boolean
      readonly hidden: boolean
      readonly recursive: boolean
      readonly human: boolean
      readonly reverse: boolean
      readonly order: 'name' | 'time' | 'size'
    }
  | { readonly name: 'du'; readonly path: InnerPath; readonly total: boolean; readonly human: boolean }
  | { readonly name: 'ps' }
  | { readonly name: 'gdb' }

export type ParsedDebugCommand =
  | { readonly kind: 'command'; readonly command: DebugCommand }
  | { readonly kind: 'refused'; readonly text: string }

/** The server stores no longer ones (contracts/panda-server.md 5.4). */
const longestText = 250
const defaultLines = 10
const mostLines = 1000

const usage = {
  tail: 'tail [-n LINES] FILE',
  ls: 'ls [-1aAhlrRStF] [PATH]',
  du: 'du [-hks] [PATH]',
  ps: 'ps [-ef | aux]',
  gdb: 'gdb --pid %',
}

/**
 * Reads a debug command (contracts/panda-server.md 5.4). `directory`: the job directory; absolute paths are taken when
 * they lie in it. The refusal's text is meant for the person who sent the command.
 *
 * What a shell would act on is refused rather than taken by the letter: whoever writes it expects something else.
 * `tail -f` is a plain tail: the server repeats a command with every answer anyway. Of `gdb` only the form is looked at,
 * and of `ps` the flags make no difference: what they show is fixed.
 */
export function parseDebugCommand(text: string, directory: string): ParsedDebugCommand {
  if (text.length > longestText) return refused(`a debug command has at most ${longestText} characters`)
  const special = /[;&|`$<>\p{Cc}\p{Cs}]/u.exec(text.replaceAll('\t', ' '))?.[0]
  if (special !== undefined) return refused(`${JSON.stringify(special)} is refused: no shell reads this command`)
  const [name, ...words] = text.split(/[ \t]+/).filter((word) => word !== '')
  switch (name) {
    case 'tail':
      return parseTail(words, directory)
    case 'ls':
      return parseLs(words, directory)
    case 'du':
      return parseDu(words, directory)
    case 'ps':
      return words.every((word) => /^-?[aefjlmuwxAFH]+$/.test(word)) ? accepted({ name }) : misused('ps', words)
    case 'gdb':
      return /(^| )(-p|--?pid)[ =]%( |$)/.test(words.join(' ')) ? accepted({ name }) : misused('gdb', words)
    default:
      return refused(`${JSON.stringify(name ?? '')} is no debug command: ${Object.keys(usage).join(', ')} are`)
  }
}

function parseTail(words: readonly string[], directory: string): ParsedDebugCommand {
  const given = words
    .join(' ')
    .replace(/(^| )-n ?(?=\d)/g, '$1-')
    .split(' ')
  const isCount = (word: string) => /^-\d+$/.test(word)
  const lines = Number(given.findLast(isCount)?.slice(1) ?? defaultLines)
  const rest = given.filter((word) => word !== '' && !isCount(word))
  if (lines === 0 || rest.every((word) => word.startsWith('-'))) return misused('tail', words)
  return withPath('tail', rest, 'fF', directory, ({ path }) => {
    return { name: 'tail', path, lines: Math.min(lines, mostLines) }
  })
}

function parseLs(words: readonly string[], directory: string): ParsedDebugCommand {
  return withPath('ls', words, '1aAhlrRStF', directory, ({ path, flags }) => ({
    name: 'ls',
    path,
    long: flags.has('l'),
    hidden: flags.has('a') || flags.has('A'),
    recursive: flags.has('R'),
    human: flags.has('h'),
    reverse: flags.has('r'),
    order: flags.has('t') ? 'time' : flags.has('S') ? 'size' : 'name',
  }))
}

function parseDu(words: readonly string[], directory: string): ParsedDebugCommand {
  return withPath('du', words, 'hks', directory, ({ path, flags }) => ({
    name: 'du',
    path,
    total: flags.has('s'),
    human: flags.has('h'),
  }))
}

interface Arguments {
  readonly path: InnerPath
  readonly flags: ReadonlySet<string>
}

/** Flags of one letter, before or behind one path at most. */
function withPath(
  name: keyof typeof usage,
  words: readonly string[],
  allowed: string,
  directory: string,
  make: (found: Arguments) => DebugCommand,
): ParsedDebugCommand {
  const quoting = /["'\\{}]/.exec(words.join(''))?.[0]
  if (quoting !== undefined) return refused(`${quoting} is refused in a path: write "?" in place of a blank`)
  const flags = new Set(words.filter((word) => word.startsWith('-')).flatMap((word) => [...(word.slice(1) || '-')]))
  const paths = words.filter((word) => !word.startsWith('-'))
  if (paths.length > 1 || [...flags].some((flag) => !allowed.includes(flag))) return misused(name, words)
  const path = innerPath(paths[0] ?? '', directory)
  return typeof path === 'string' ? refused(path) : accepted(make({ path, flags }))
}

/** The elements, or what is wrong with the path. */
function innerPath(word: string, directory: string): InnerPath | string {
  const inside = word === directory || word.startsWith(`${directory}/`) ? word.slice(directory.length + 1) : word
  if (inside.startsWith('/')) return `${word} is outside of the job directory`
  const elements = inside.split('/').filter((element) => element !== '' && element !== '.')
  if (elements.includes('..')) return `${word} is refused: a path must not hold ".."`
  return elements
}

function misused(name: keyof typeof usage, words: readonly string[]): ParsedDebugCommand {
  return refused(`"${[name, ...words].join(' ')}" is not understood: ${usage[name]}`)
}

function accepted(command: DebugCommand): ParsedDebugCommand {
  return { kind: 'command', command }
}

function refused(text: string): ParsedDebugCommand {
  return { kind: 'refused', text }
}

import type { OptionRow } from './option-row.ts'
import { optionRows } from './option-table.ts'

// Commander knows no abbreviations and takes whatever follows as a value, `--queue --debug` included. Launchers of the
// Python pilot rely on argparse, whose reading of the words is kept here, driven by the option table.

/** An option as it was given: the word as written, and its value where it has one. */
export interface GivenOption {
  readonly row: OptionRow
  readonly written: string
  readonly value: string | undefined
}

export interface ReadWords {
  readonly given: readonly GivenOption[]
  /** Words that mean nothing here. Never with their values: those may be secrets. */
  readonly notes: readonly string[]
  readonly problems: readonly string[]
}

const byLetter = new Map(optionRows.flatMap((row) => (row.letter === undefined ? [] : [[row.letter, row] as const])))

/**
 * The rows a long name may mean: the exact one, or those it abbreviates. Options of the Python pilot come first, so an
 * abbreviation in an old launcher keeps its meaning.
 */
function meant(name: string): readonly OptionRow[] {
  const exact = optionRows.find((row) => row.name === name)
  if (exact !== undefined) return [exact]
  const abbreviated = optionRows.filter((row) => row.name.startsWith(name))
  const old = abbreviated.filter((row) => row.ours === undefined)
  return old.length > 0 ? old : abbreviated
}

const takesValue = (row: OptionRow) => row.kind !== 'switch-on' && row.kind !== 'switch-off'

/** argparse's rule for a word that can be a value: no dash in front, or a negative number, or a blank inside. */
function canBeValue(word: string): boolean {
  return !word.startsWith('-') || word === '-' || /^-\d*\.?\d+$/.test(word) || word.includes(' ')
}

/** Reads the words as argparse's parse_known_args does: abbreviations, `--a=b`, `-ab`, `-avalue`, `-a=value`, `--`. */
export function readWords(argv: readonly string[]): ReadWords {
  const given: GivenOption[] = []
  const notes: string[] = []
  const problems: string[] = []
  let at = 0

  /** Takes the option with its own value, or with the next word. */
  function take(row: OptionRow, written: string, attached: string | undefined): void {
    if (!takesValue(row)) {
      if (attached === undefined) given.push({ row, written, value: undefined })
      else problems.push(`${written} is a switch and takes no value`)
      return
    }
    const next = argv[at]
    if (attached !== undefined) {
      given.push({ row, written, value: attached })
    } else if (next !== undefined && canBeValue(next)) {
      at += 1
      given.push({ row, written, value: next })
    } else {
      const found = next === undefined ? 'nothing follows' : `${next} follows: if that is the value, write ${written}=…`
      problems.push(`${written} needs a value, but ${found}`)
    }
  }

  /** Skips an unknown option; a word that follows and can be a value is taken for its value. */
  function skip(written: string, attached: boolean): void {
    const next = argv[at]
    const withValue = !attached && next !== undefined && canBeValue(next)
    if (withValue) at += 1
    notes.push(`unknown option ${written} is ignored${withValue ? ', with the word after it' : ''}`)
  }

  function long(word: string): void {
    const equals = word.indexOf('=')
    const written = equals < 0 ? word : word.slice(0, equals)
    const attached = equals < 0 ? undefined : word.slice(equals + 1)
    const [row, ...others] = meant(written.slice(2))
    if (row === undefined) skip(written, attached !== undefined)
    else if (others.length === 0) take(row, `--${row.name}`, attached)
    else
      problems.push(`${written} may mean ${[row, ...others].map(({ name }) => `--${name}`).join(' or ')}: write it out`)
  }

  /** `-ab`: switches in one word; an option that takes a value takes the rest of the word for it. */
  function short(word: string): void {
    let letters = word.slice(1)
    while (letters !== '') {
      const written = `-${letters[0]}`
      const row = byLetter.get(letters[0] ?? '')
      letters = letters.slice(1)
      const attached = letters === '' ? undefined : letters.replace(/^=/, '')
      if (row !== undefined && !takesValue(row) && !letters.startsWith('=')) {
        take(row, written, undefined)
        continue
      }
      if (row === undefined) skip(written, attached !== undefined)
      else take(row, written, attached)
      return
    }
  }

  while (at < argv.length) {
    const word = argv[at] ?? ''
    at += 1
    if (word === '--') {
      if (at < argv.length) notes.push(`${argv.length - at} words after -- are ignored`)
      break
    }
    if (canBeValue(word)) notes.push('a word that belongs to no option is ignored')
    else if (word.startsWith('--')) long(word)
    else short(word)
  }
  return { given, notes, problems }
}

import { readFileSync } from 'node:fs'
import { type GivenOption, readWords } from './argument-words.ts'
import type { Configuration, Origin, Origins } from './configuration.ts'
import { type ReadFile, readConfigurationFile } from './configuration-file.ts'
import { helpText } from './help.ts'
import type { OptionRow } from './option-row.ts'
import { optionRows } from './option-table.ts'
import { type OptionValue, readValue } from './option-value.ts'
import { printConfiguration } from './print-config.ts'

export type ParsedOptions =
  | {
      readonly kind: 'run'
      readonly configuration: Configuration
      readonly origins: Origins
      /** Warnings for the log: what was given and does nothing. */
      readonly notes: readonly string[]
    }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'print-config'; readonly text: string }
  /** The process ends with `refusedExitCode`. */
  | { readonly kind: 'refused'; readonly text: string }

/** What argparse exits with when it cannot accept the command line. */
export const refusedExitCode = 2

type Environment = Readonly<Record<string, string | undefined>>

interface Chosen {
  readonly value: OptionValue
  readonly origin: Origin
}

/** The value of an option as given; a switch carries none: being there says yes. */
const givenValue = ({ row, value }: GivenOption) => readValue(row, value ?? 'yes')

/** The environment's say: an empty variable says nothing. */
function fromEnvironment(row: OptionRow, environment: Environment) {
  const name = row.environment?.name
  const text = name === undefined ? undefined : environment[name]
  if (name === undefined || text === undefined || text.trim() === '') return undefined
  return { name, read: readValue(row, text) }
}

/** Warns of options that are understood but do nothing here. */
function emptyRoom(row: OptionRow, { value, origin }: Chosen): string | undefined {
  if (origin.kind === 'default') return undefined
  const name = `--${row.name}`
  if (row.room === 'obsolete') return `${name} is obsolete and ignored`
  if (row.kind === 'choice' && row.does?.includes(String(value)) === false) {
    return `${name} ${value} is not furnished in this version: it does ${row.does.join(', ')}`
  }
  if (row.room !== 'empty') return undefined
  if ('does' in row && row.does === value) return undefined
  return `${name} is not furnished in this version and ignored`
}

/**
 * Reads the command line of the pilot. Precedence: option > environment > configuration file > default, but
 * PANDAPILOT_LIFETIME beats --lifetime (contracts/pilot-core.md 1.1). A repeated option counts the last time. Unknown
 * options are noted, never refused. `readFile` may throw.
 */
export function parseOptions(
  argv: readonly string[],
  environment: Environment,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): ParsedOptions {
  const words = readWords(argv)
  const given = new Map(words.given.map((option) => [option.row.name, option]))
  if (given.has('help')) return { kind: 'help', text: helpText() }
  if (given.has('version')) return { kind: 'version' }

  const path = given.get('config')?.value ?? ''
  const file = path === '' ? { values: new Map(), notes: [], problems: [] } : fileAt(path, readFile)
  const notes = [...words.notes, ...file.notes]
  const problems = [...words.problems, ...file.problems]
  const values: Record<string, OptionValue> = {}
  const origins: Record<string, Origin> = {}

  for (const row of optionRows) {
    const chosen = choose(row, given.get(row.name), environment, file, path, problems)
    values[row.variable] = chosen.value
    origins[row.variable] = chosen.origin
    const note = emptyRoom(row, chosen)
    if (note !== undefined) notes.push(note)
  }
  // One row of the table made each field, and Configuration is derived from that table.
  const configuration = values as unknown as Configuration
  const known = origins as unknown as Origins

  if (problems.length === 0 && configuration.printConfig) {
    return { kind: 'print-config', text: printConfiguration(configuration, known, configuration.json) }
  }
  for (const row of optionRows) {
    if (row.kind === 'text' && row.required && values[row.variable] === '') problems.push(`--${row.name} is required`)
  }
  if (problems.length > 0) {
    const lines = problems.map((problem) => `pilot: ${problem}`)
    return { kind: 'refused', text: [...lines, 'pilot: see pilot --help'].join('\n') }
  }
  return { kind: 'run', configuration, origins: known, notes }
}

function fileAt(path: string, readFile: (path: string) => string): ReadFile {
  try {
    return readConfigurationFile(path, readFile(path))
  } catch (cause) {
    const problem = `configuration file ${path} cannot be read: ${(cause as Error).message}`
    return { values: new Map(), notes: [], problems: [problem] }
  }
}

function choose(
  row: OptionRow,
  option: GivenOption | undefined,
  environment: Environment,
  file: ReadFile,
  path: string,
  problems: string[],
): Chosen {
  const variable = fromEnvironment(row, environment)
  const first = row.environment?.rank === 'first'
  if (variable !== undefined && (first || option === undefined || option.value === '')) {
    if ('value' in variable.read) {
      return { value: variable.read.value, origin: { kind: 'environment', name: variable.name } }
    }
    problems.push(`environment variable ${variable.name} ${variable.read.problem}`)
  }
  if (option !== undefined) {
    const read = givenValue(option)
    if ('value' in read) return { value: read.value, origin: { kind: 'option', written: option.written } }
    problems.push(`${option.written} ${read.problem}`)
  }
  const value = file.values.get(row.name)
  if (value !== undefined) return { value, origin: { kind: 'file', path } }
  return { value: row.default, origin: { kind: 'default' } }
}

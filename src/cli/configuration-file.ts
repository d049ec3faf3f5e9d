import { optionRows } from './option-table.ts'
import { type OptionValue, readValue } from './option-value.ts'

export interface ReadFile {
  /** By option name. */
  readonly values: ReadonlyMap<string, OptionValue>
  readonly notes: readonly string[]
  readonly problems: readonly string[]
}

/** A JSON value as the text the command line would carry; undefined = no option takes such a value. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',')
  return undefined
}

/**
 * Reads a configuration file: a JSON dictionary from long option names to values. A switch is given
 * with true. Unknown names are noted, wrong values are problems.
 */
export function readConfigurationFile(path: string, content: string): ReadFile {
  const values = new Map<string, OptionValue>()
  const notes: string[] = []
  const problems: string[] = []
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (cause) {
    return { values, notes, problems: [`configuration file ${path} is no JSON: ${(cause as Error).message}`] }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { values, notes, problems: [`configuration file ${path} holds no dictionary of option names`] }
  }
  for (const [name, value] of Object.entries(parsed)) {
    const row = optionRows.find((row) => row.name === name)
    const text = asText(value)
    if (row === undefined) {
      notes.push(`configuration file ${path}: unknown option name ${JSON.stringify(name)} is ignored`)
    } else if (text === undefined) {
      problems.push(`configuration file ${path}: ${name} must be a text, a number, true, false or a list of texts`)
    } else {
      const read = readValue(row, text)
      if ('value' in read) values.set(name, read.value)
      else problems.push(`configuration file ${path}: ${name} ${read.problem}`)
    }
  }
  return { values, notes, problems }
}

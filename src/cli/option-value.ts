import type { OptionRow } from './option-row.ts'

export type OptionValue = string | number | boolean | readonly string[]
export type ReadValue = { readonly value: OptionValue } | { readonly problem: string }

const yes = new Set(['yes', 'true', 't', 'y', '1'])
const no = new Set(['no', 'false', 'f', 'n', '0'])

/** Items of a comma list, trimmed, empty ones dropped. */
const itemsOf = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** The number, for whoever writes a text where an integer belongs; the bounds are inclusive. */
function readInteger(text: string, least: number, most: number | undefined): ReadValue {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) return { problem: `is no whole number: ${JSON.stringify(text)}` }
  if (value < least) return { problem: `is ${value}, but at least ${least} is needed` }
  if (most !== undefined && value > most) return { problem: `is ${value}, but at most ${most} is possible` }
  return { value }
}

/**
 * Reads the text of an option, an environment variable or a configuration file as the row's kind. For a switch the text
 * says whether it is given, so the value of one that switches off is the opposite. `problem` follows a name.
 */
export function readValue(row: OptionRow, text: string): ReadValue {
  switch (row.kind) {
    case 'integer':
      return readInteger(text, row.least ?? 0, row.most)
    case 'list':
      return { value: itemsOf(text) }
    case 'choice':
      if (row.choices.includes(text)) return { value: text }
      return { problem: `is ${JSON.stringify(text)}, but must be one of ${row.choices.join(', ')}` }
    case 'text':
      if (row.pattern === undefined || row.pattern.test(text)) return { value: text }
      return { problem: `is ${JSON.stringify(text)}, but must be ${row.placeholder}` }
    case 'boolean':
    case 'switch-on':
    case 'switch-off': {
      const word = text.trim().toLowerCase()
      const off = row.kind === 'switch-off'
      if (yes.has(word)) return { value: !off }
      if (no.has(word)) return { value: off }
      return { problem: `is ${JSON.stringify(text)}, but must be yes/true/t/y/1 or no/false/f/n/0` }
    }
  }
}

/** The opposite way: whether a switch is given, for its value; anything else is itself. */
export function asWritten(row: OptionRow, value: OptionValue): OptionValue {
  return row.kind === 'switch-off' ? !value : value
}

import type { OptionRow } from './option-row.ts'
import { optionGroups } from './option-table.ts'

const placeholders = { text: 'TEXT', integer: 'N', boolean: 'yes|no', list: 'A,B,…' } as const

/** How a row is written on a command line: `-q, --queue TEXT`. */
export function usageOf(row: OptionRow): string {
  const names = row.letter === undefined ? `--${row.name}` : `-${row.letter}, --${row.name}`
  if (row.kind === 'switch-on' || row.kind === 'switch-off') return names
  if (row.kind === 'choice') return `${names} ${row.placeholder ?? row.choices.join('|')}`
  return `${names} ${row.placeholder ?? placeholders[row.kind]}`
}

/** Default, environment variable and standing of a row, as far as there is anything to say. */
export function remarksOf(row: OptionRow): readonly string[] {
  const remarks: string[] = []
  if (row.kind === 'text' && row.required) remarks.push('required')
  if (!row.kind.startsWith('switch') && row.default !== '' && String(row.default) !== '') {
    remarks.push(`default ${row.kind === 'boolean' ? (row.default ? 'yes' : 'no') : String(row.default)}`)
  }
  if (row.environment !== undefined) {
    const { name, rank } = row.environment
    remarks.push(rank === 'first' ? `overridden by ${name}` : `or ${name}`)
  }
  if (row.room === 'empty') remarks.push('does nothing in this version')
  return remarks
}

const indent = 34

function lineOf(row: OptionRow): string {
  const usage = `  ${row.letter === undefined ? '    ' : ''}${usageOf(row)}`
  const remarks = remarksOf(row)
  const meaning = remarks.length === 0 ? row.meaning : `${row.meaning} (${remarks.join('; ')})`
  const gap = usage.length + 2 > indent ? `\n${' '.repeat(indent)}` : ' '.repeat(indent - usage.length)
  return `${usage}${gap}${meaning}`
}

/** The text of --help, from the option table. */
export function helpText(): string {
  const groups = optionGroups.map(({ heading, rows }) => `${heading}:\n${rows.map(lineOf).join('\n')}`)
  const head = [
    'Usage: pilot --queue QUEUE [options]',
    '',
    'Takes jobs from a PanDA server, stages their data, runs and watches their payloads, and reports every outcome.',
    'Options of the Python pilot keep their names; unknown options are ignored with a warning.',
  ]
  return [head.join('\n'), ...groups].join('\n\n')
}

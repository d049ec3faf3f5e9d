import type { Configuration, Origin, Origins } from './configuration.ts'
import { optionGroups } from './option-table.ts'
import { asWritten } from './option-value.ts'

function wordsOf(origin: Origin): string {
  switch (origin.kind) {
    case 'option':
      return `option ${origin.written}`
    case 'environment':
      return `environment ${origin.name}`
    case 'file':
      return `file ${origin.path}`
    case 'default':
      return 'default'
  }
}

/**
 * The text of --print-config: each value under its option's name, and where it came from; aligned, or as JSON
 * `{ "<name>": { "value": …, "from": "…" } }`.
 */
export function printConfiguration(configuration: Configuration, origins: Origins, asJson: boolean): string {
  const groups = optionGroups.filter(({ heading }) => heading !== 'About')
  const entries = groups.flatMap(({ rows }) =>
    rows.map((row) => ({
      name: row.name,
      value: asWritten(row, configuration[row.variable]),
      from: wordsOf(origins[row.variable]),
    })),
  )
  if (asJson) {
    return JSON.stringify(Object.fromEntries(entries.map(({ name, value, from }) => [name, { value, from }])), null, 2)
  }
  const rows = entries.map(({ name, value, from }) => [name, value === '' ? '-' : String(value) || '-', from] as const)
  const names = Math.max(...rows.map(([name]) => name.length))
  const values = Math.max(...rows.map(([, value]) => value.length))
  return rows.map(([name, value, from]) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${from}`).join('\n')
}

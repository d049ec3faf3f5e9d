import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { optionsDocument } from '../../scripts/options-document.ts'
import { helpText } from '../../src/cli/help.ts'
import { optionRows } from '../../src/cli/option-table.ts'

test('the help text names every option with its letter', () => {
  const text = helpText()
  for (const { name, letter } of optionRows) {
    expect(text).toMatch(
      letter === undefined ? new RegExp(`^ {6}--${name}\\b`, 'm') : new RegExp(`^  -${letter}, --${name}\\b`, 'm'),
    )
  }
})

test('names, letters and variables are given once', () => {
  const once = (values: readonly (string | undefined)[]) => {
    const known = values.filter((value) => value !== undefined)
    expect(known).toHaveLength(new Set(known).size)
  }
  once(optionRows.map(({ name }) => name))
  once(optionRows.map(({ letter }) => letter))
  once(optionRows.map(({ variable }) => variable))
})

test('docs/options.md is fresh: otherwise run node scripts/write-options.ts', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/options.md'), 'utf8')).toBe(optionsDocument())
})

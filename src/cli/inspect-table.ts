import { styleText } from 'node:util'

/** Texts of users and payloads reach the terminal through here: nothing in them may steer it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) =>
    character === '\n' ? '⏎' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

export function heading(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

/**
 * Lines with aligned columns under a heading, the last column as long as it is. Columns of numbers, named in `right`, end
 * at one edge.
 */
export function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const lines = [columns, ...rows.map((row) => row.map(printable))]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  const text = (line: readonly string[]) =>
    columns
      .map((column, at) => {
        const cell = line[at] ?? ''
        if (right.includes(column)) return cell.padStart(widths[at] ?? 0)
        return at === columns.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)
      })
      .join('  ')
      .trimEnd()
  const [first = '', ...others] = lines.map(text)
  return [heading(first), ...others].map((line) => `${line}\n`).join('')
}

/** `name  value` lines with the values under each other. */
export function pairs(entries: readonly (readonly [name: string, value: string])[], width = 0): string {
  const widest = Math.max(width, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `  ${name.padEnd(widest)}  ${printable(value)}`.trimEnd().concat('\n')).join('')
}

/** UTC, to the millisecond. */
export function timeText(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().replace('T', ' ').replace('Z', '') : '?'
}

/** `3–7, 9`. */
export function rangesText(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run?.[1] === number - 1) run[1] = number
    else runs.push([number, number])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ')
}

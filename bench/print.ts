import { styleText } from 'node:util'
import type { Comparison, Goal, Measured, Spread } from './bench.ts'
import type { Machine } from './machine.ts'

/** One bench with all that is needed to read it later. */
export interface Report extends Measured {
  readonly bench: string
  readonly question: string
  readonly at: string
  readonly machine: Machine
}

/** The report for people, as plain lines. */
export function printed({ bench, question, machine, ...measured }: Report): string {
  const versions = Object.entries(measured.versions).map(([name, version]) => `${name} ${version}`)
  return [
    styleText('bold', `${bench}: ${question}`),
    `${machine.cores} cores, ${machine.cpu}, ${machine.memoryGB} GB, kernel ${machine.kernel}, load ${machine.load.toFixed(1)}`,
    versions.join(', '),
    ...measured.comparisons.flatMap(lines),
    '',
    ...measured.goals.map(goalLine),
    ...measured.missing.map(({ peer, why }) => `not measured: ${peer} (${why})`),
    ...measured.remarks,
    '',
  ].join('\n')
}

function lines({ what, units, rounds, standings }: Comparison): string[] {
  const rows = standings.flatMap(({ name, figures, ratios }) =>
    Object.entries(figures).map(([figure, measured]) => {
      const ratio = ratios?.[figure]
      const text = `  ${name.padEnd(28)} ${figure.padEnd(18)} ${shown(measured)} ${units[figure] ?? ''}`
      return ratio === undefined ? text : `${text.padEnd(84)} ours/theirs ${shown(ratio)}`
    }),
  )
  return ['', `${what} (min / median / max of ${rounds} rounds)`, ...rows]
}

function shown({ min, median, max }: Spread): string {
  return [min, median, max].map(short).join(' / ')
}

/** Three digits that count. */
export function short(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3)
}

function goalLine({ text, value, limit, sense, met }: Goal): string {
  const verdict = met ? styleText('green', 'reached') : styleText('red', 'NOT REACHED')
  return `${verdict}  ${text}: ${short(value)} (${sense} ${short(limit)})`
}

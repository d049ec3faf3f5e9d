// npm run model [-- --json]: walks every chart through every state and transition, on live actors whose children and
// clock are steered. Exits with 1 when a state or transition is missed, or when the end is out of reach from somewhere.

import { parseArgs } from 'node:util'
import { walks } from '../test/model/walks.ts'

const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values

interface Row {
  readonly chart: string
  readonly states: number
  readonly transitions: number
  readonly paths: number
  readonly percent: number
  /** States and transitions that no path met. */
  readonly missing: readonly string[]
  /** Paths after which the end cannot be reached. */
  readonly stuck: readonly string[]
}

const rows: Row[] = []
if (!json) printRow('chart', 'states', 'transitions', 'paths', 'walked')
for (const [chart, walked] of Object.entries(walks)) {
  const { states, transitions, paths, percent, missing, stuck } = await walked()
  rows.push({ chart, states, transitions, paths: paths.length, percent, missing, stuck })
  if (json) continue
  printRow(chart, states, transitions, paths.length, `${percent} %`)
  for (const name of missing) console.log(`  never met: ${name}`)
  for (const way of stuck) console.log(`  no way to the end after: ${way}`)
}
if (json) console.log(JSON.stringify({ charts: rows }, undefined, 2))
process.exitCode = rows.every(({ missing, stuck }) => missing.length + stuck.length === 0) ? 0 : 1

function printRow(chart: string, ...figures: readonly (string | number)[]): void {
  console.log(chart.padEnd(10) + figures.map((figure) => String(figure).padStart(13)).join(''))
}

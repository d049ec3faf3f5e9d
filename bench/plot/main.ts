// npm run bench:plot: draws the newest results into docs/bench/, a page with all of them beside.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../print.ts'
import { draw, themes } from './draw.ts'
import { newestResults } from './newest.ts'
import { page } from './page.ts'
import { panelsOf } from './panels.ts'

const results = join(import.meta.dirname, '../results')
const pictures = join(import.meta.dirname, '../../docs/bench')

function notesOf({ machine, at, missing }: Report): readonly string[] {
  const { cores, cpu, memoryGB, kernel } = machine
  return [
    `${cores} cores, ${cpu}, ${memoryGB} GB, Linux ${kernel}, ${at.slice(0, 10)}`,
    ...missing.map(({ peer, why }) => `not measured: ${peer} (${why})`),
  ]
}

const newest = await newestResults(results)
if (newest === undefined) {
  process.stderr.write(`bench:plot: there are no results in ${results}: run npm run bench -- all first\n`)
  process.exit(1)
}
// A picture of a bench that is no more would tell of nothing.
await rm(pictures, { recursive: true, force: true })
await mkdir(pictures, { recursive: true })
for (const report of newest.reports) {
  for (const theme of themes) {
    const svg = draw(panelsOf(report.comparisons), notesOf(report), theme)
    await writeFile(join(pictures, `${report.bench}-${theme}.svg`), svg)
  }
}
await writeFile(join(pictures, 'README.md'), page(newest))
process.stdout.write(`${newest.reports.length} benches of ${newest.file} drawn into ${pictures}\n`)

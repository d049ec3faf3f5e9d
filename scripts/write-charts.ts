// Writes docs/charts/<chart>.mmd, or the same files into the directory that is named.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { charts } from '../test/model/charts.ts'
import { diagramOf } from './chart-diagram.ts'

const directory = process.argv[2] ?? join(import.meta.dirname, '../docs/charts')
for (const chart of charts) writeFileSync(join(directory, `${chart.id}.mmd`), diagramOf(chart))

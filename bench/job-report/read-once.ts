// node read-once.ts FILE [warm]: the pilot's pool in a process of its own reads a report; `warm`: for the second time.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createWorkers } from '../../src/workers/pool.ts'

const [file = '', state] = process.argv.slice(2)
const workers = createWorkers()
/** A job of one output, in a pilot of two credentials. */
const order = {
  path: file,
  outputs: ['HITS.38110001._000007.pool.root.1'],
  secrets: ['x'.repeat(40), 'y'.repeat(2000)],
  target: `${file}.reduced`,
}
if (state === 'warm') await workers.readJobReport(order)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const start = performance.now()
const read = await workers.readJobReport(order)
const seconds = (performance.now() - start) / 1000
// A late answer is seen at the next turn.
await new Promise((resolve) => setTimeout(resolve, 5))
delay.disable()
if (read.kind !== 'report') throw new Error(JSON.stringify(read))
const { inputFiles: inputs, outputs, outputEvents: events } = read.report
const bytes = process.resourceUsage().maxRSS * 1024
// The histogram counts the wanted pause of 1 ms too.
const milliseconds = Math.max(0, delay.max / 1e6 - 1)
process.stdout.write(JSON.stringify({ seconds, bytes, inputs, outputs: outputs?.length, events, milliseconds }))
await workers.close()

// node read-once.ts FILE [warm]: the pilot's pool in a process of its own reads a report; `warm`: for the second time.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createWorkers } from '../../src/workers/pool.ts'

const [file = '', state] = process.argv.slice(2)
const workers = createWorkers()
if (state === 'warm') await workers.readJobReport(file)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const start = performance.now()
const read = await workers.readJobReport(file)
const seconds = (performance.now() - start) / 1000
// A late answer is seen at the next turn.
await new Promise((resolve) => setTimeout(resolve, 5))
delay.disable()
if (read.kind !== 'report') throw new Error(JSON.stringify(read))
const { inputFiles: inputs, outputs } = read.report
const bytes = process.resourceUsage().maxRSS * 1024
// The histogram counts the wanted pause of 1 ms too.
const milliseconds = Math.max(0, delay.max / 1e6 - 1)
process.stdout.write(JSON.stringify({ seconds, bytes, inputs, outputs: outputs?.length, milliseconds }))
await workers.close()

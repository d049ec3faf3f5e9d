// A process of its own that measures one file, WAY PATH, and prints how much memory it took above what it had at rest, MB.

import { readFileSync, writeFileSync } from 'node:fs'
import { createWorkers } from '../../src/workers/pool.ts'
import { measureFile } from '../../src/workers/tasks/measure-file.ts'

const [way, path = ''] = process.argv.slice(2)
const workers = createWorkers({ maxThreads: 2 })
// Each in a thread of its own.
if (way === 'warm workers')
  await Promise.all([import.meta.filename, import.meta.filename].map((file) => workers.measure(file)))
const rest = status('VmRSS')
// From now on the most is counted anew (proc(5)).
writeFileSync('/proc/self/clear_refs', '5')
const measured = way === 'one thread' ? await measureFile(orderOf(path), () => {}) : await workers.measure(path)
if (measured.kind !== 'measured') throw new Error(measured.text)
process.stdout.write(JSON.stringify({ memory: status('VmHWM') - rest }))
await workers.close()

function orderOf(file: string) {
  return { path: file, algorithms: ['adler32'], links: 'refuse' } as const
}

/** A field of `/proc/self/status` in MB. */
function status(field: string): number {
  const found = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))
  return (Number(found?.[1]) * 1024) / 1e6
}

// Loaded into a pilot process before its own first line (node --import): the pilot itself is unchanged. The waits that a
// run cannot sit through are shortened, and the kernel's figure of the largest memory is written down at the end.

import { readFileSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/** ms: the deadline of a call, the nap without a job and the checks of the monitor lie between; back-off pauses mostly do not. */
const [shortest, longest] = [20_000, 200_000]
const factor = 60

function hurried(ms: number): number {
  return ms >= shortest && ms <= longest ? Math.round(ms / factor) : ms
}

const wait = globalThis.setTimeout
const hurriedWait = (action: () => void, ms = 0, ...rest: []) => wait(action, hurried(ms), ...rest)
globalThis.setTimeout = Object.defineProperties(hurriedWait, Object.getOwnPropertyDescriptors(wait)) as typeof wait

const limit = AbortSignal.timeout
AbortSignal.timeout = (ms) => limit.call(AbortSignal, hurried(ms))

const file = process.env.FAULTS_MEMORY_FILE
if (file !== undefined && isMainThread && /\/(src\/main.ts|dist\/main.js)$/.test(process.argv[1] ?? '')) {
  process.on('exit', () => {
    const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (peak !== undefined) writeFileSync(file, peak)
  })
}

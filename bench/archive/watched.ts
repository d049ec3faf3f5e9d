import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Figures } from '../bench.ts'

/** Milliseconds between two looks at the memory. */
const pause = 10

/**
 * What a piece of work costs this process: `wall`, s; `delay`, ms, the longest time the event loop was late; `memory`, MB,
 * the most that was resident above what was before.
 */
export async function watched(work: () => Promise<void>): Promise<Figures> {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, pause)
  loop.enable()
  const start = performance.now()
  try {
    await work()
  } finally {
    loop.disable()
    clearInterval(timer)
  }
  const wall = (performance.now() - start) / 1000
  // The histogram has the resolution in it, and nothing in it where the work was shorter.
  return { wall, delay: Math.max(0, loop.max / 1e6 - 1), memory: (most - before) / 1e6 }
}

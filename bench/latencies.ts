import type { Figures } from './bench.ts'

/** The sample below which that part (0…1) of all lies. Throws RangeError without samples. */
export function quantile(samples: ArrayLike<number>, part: number): number {
  const sorted = Float64Array.from(samples).sort()
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
  if (found === undefined) throw new RangeError('there is no quantile of nothing')
  return found
}

/** Does the work so many times, one after the other: median and 99th percentile of its time, and CPU of this process, in ms. */
export async function timeEach(count: number, work: (nth: number) => Promise<unknown>): Promise<Figures> {
  const times = new Float64Array(count)
  const before = process.cpuUsage()
  for (let nth = 0; nth < count; nth += 1) {
    const start = performance.now()
    await work(nth)
    times[nth] = performance.now() - start
  }
  const { user, system } = process.cpuUsage(before)
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), cpu: (user + system) / 1000 / count }
}

import type { Bench } from './bench.ts'

/** Every bench by its name, loaded when it is asked for: one must not warm up, or slow down, the next. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  turnaround: async () => (await import('./turnaround/turnaround.ts')).turnaround,
  series: async () => (await import('./series/series.ts')).series,
  idle: async () => (await import('./idle/idle.ts')).idle,
  startup: async () => (await import('./startup/startup.ts')).startup,
}

import type { Bench } from './bench.ts'

/** Every bench by its name, loaded when it is asked for: one must not warm up, or slow down, the next. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'job-report': async () => (await import('./job-report/job-report.ts')).jobReport,
  startup: async () => (await import('./startup/startup.ts')).startup,
}

import type { Bench } from './bench.ts'

/** Every bench by its name, loaded when it is asked for: one must not warm up, or slow down, the next. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  checksum: async () => (await import('./checksum/checksum.ts')).checksum,
  'job-report': async () => (await import('./job-report/job-report.ts')).jobReport,
  turnaround: async () => (await import('./turnaround/turnaround.ts')).turnaround,
  series: async () => (await import('./series/series.ts')).series,
  idle: async () => (await import('./idle/idle.ts')).idle,
  startup: async () => (await import('./startup/startup.ts')).startup,
  archive: async () => (await import('./archive/archive.ts')).archive,
  http: async () => (await import('./http/http.ts')).http,
  store: async () => (await import('./store/store.ts')).store,
  actors: async () => (await import('./actors/actors.ts')).actors,
  transfers: async () => (await import('./transfers/transfers.ts')).transfers,
}

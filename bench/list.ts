import type { Bench } from './bench.ts'

/** Every bench by its name, loaded when it is asked for: one must not warm up, or slow down, the next. */
export const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  archive: async () => (await import('./archive/archive.ts')).archive,
  startup: async () => (await import('./startup/startup.ts')).startup,
  http: async () => (await import('./http/http.ts')).http,
  store: async () => (await import('./store/store.ts')).store,
  actors: async () => (await import('./actors/actors.ts')).actors,
  transfers: async () => (await import('./transfers/transfers.ts')).transfers,
}

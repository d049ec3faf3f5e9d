import type { Walk } from './walk.ts'

/** The walk of every chart by its id, from the top down; each is made when it is asked for. */
export const walks: Readonly<Record<string, () => Promise<Walk>>> = {
  pilot: async () => (await import('./pilot-model.ts')).walkedPilot,
  job: async () => (await import('./job-model.ts')).walkedJob,
  reporter: async () => (await import('./reporter-model.ts')).walkedReporter,
  heartbeat: async () => (await import('./heartbeat-model.ts')).walkedHeartbeat,
  monitor: async () => (await import('./monitor-model.ts')).walkedMonitor,
  data: async () => (await import('./data-model.ts')).walkedData,
  transfer: async () => (await import('./transfer-model.ts')).walkedTransfer,
  payload: async () => (await import('./payload-model.ts')).walkedPayload,
}

import { columnTime, type Job, numberOf, textOf } from './job.ts'
import { type Panda, states } from './panda.ts'
import { settle } from './settle.ts'

const minute = 60_000
const hour = 60 * minute

/** The clocks (contracts/panda-server.md 12), milliseconds. */
const serverClocks = {
  /** `sent` without any update. */
  sent: 30 * minute,
  /** `starting` or `running` without update; configurable in the real server, this is its default. */
  running: 2 * hour,
  /** `holding` of analysis jobs and of priorities above 800. */
  holdingUrgent: 3 * hour,
  holding: 48 * hour,
} as const

/**
 * Fails every job whose clock has run out: 102 never started, 100 lost heartbeat, 103 holding too long, and 101
 * instead of any of them where the server had noted an error before. Returns how many it failed.
 */
export function runWatcher(panda: Panda, now: number): number {
  let failed = 0
  for (const state of ['sent', 'starting', 'running', 'holding'] as const) {
    for (const id of [...states(panda, state)]) {
      const job = panda.jobs.get(id)
      if (job === undefined || job.archived || now - job.changedAt <= limitOf(job)) continue
      fail(panda, now, job)
      failed += 1
    }
  }
  return failed
}

function limitOf(job: Job): number {
  if (job.state === 'sent') return serverClocks.sent
  if (job.state !== 'holding') return serverClocks.running
  const analysis = ['user', 'panda'].includes(textOf(job, 'prodSourceLabel') ?? '')
  return analysis || (numberOf(job, 'currentPriority') ?? 0) > 800 ? serverClocks.holdingUrgent : serverClocks.holding
}

function fail(panda: Panda, now: number, job: Job): void {
  const [code, text] = reasonFor(job)
  job.errors.jobDispatcherErrorCode = code
  job.errors.jobDispatcherErrorDiag = text
  job.endTime ??= columnTime(now)
  settle(panda, now, job, 'failed', 'watcher', `${code} ${text}`)
}

function reasonFor(job: Job): readonly [code: number, text: string] {
  const since = columnTime(job.changedAt)
  // A pilot's own "set to holding" is such a note (contracts/panda-server.md 5.2, 12).
  if (job.dispatcherText !== null) return [101, job.dispatcherText]
  if (job.state === 'sent') return [102, `Sent job didn't receive reply from pilot within 30 min since ${since}`]
  if (job.state === 'holding') return [103, `timeout in holding state since ${since}`]
  return [100, `lost heartbeat : ${since}`]
}

import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../observe/port.ts'

/** ms (contracts/pilot-core.md 1.6, pilot_heartbeat). */
const period = 60_000

/** Touches pilotlog.txt, by whose age the wrapper judges whether the pilot hangs. Returns how to stop. */
export function startBeating(directory: string, _noPilotLog: boolean, _log: Log): () => void {
  const timer = setInterval(() => {
    const now = new Date()
    void utimes(join(directory, 'pilotlog.txt'), now, now).catch(() => {})
  }, period)
  timer.unref()
  return () => clearInterval(timer)
}

import { join } from 'node:path'
import { systemClock } from '../host/clock.ts'
import { createPilotHeartbeat, pilotHeartbeatPeriod } from '../observe/pilot-heartbeat.ts'
import type { Log } from '../observe/port.ts'

/** ms by which a beat may be late before that is said: heartbeats of the jobs are late by as much. */
const tolerated = 5_000

/**
 * The pilot's own heartbeat: pilot_heartbeat.json, the touch of pilotlog.txt by which the wrapper judges whether the pilot
 * hangs, and a word when the event loop was held up. Measured by the beat itself: a finer clock would wake the process
 * for nothing. Returns how to stop.
 */
export function startBeating(directory: string, noPilotLog: boolean, log: Log): () => void {
  const heartbeat = createPilotHeartbeat(directory, noPilotLog ? undefined : join(directory, 'pilotlog.txt'))
  let expected = systemClock.monotonic()
  const beat = async (): Promise<void> => {
    const late = systemClock.monotonic() - expected
    expected = systemClock.monotonic() + pilotHeartbeatPeriod
    const suspension = await heartbeat.beat(Date.now())
    if (suspension !== undefined) log.warning(`the pilot was suspended for ${Math.round(suspension / 1000)} s`)
    else if (late > tolerated) log.warning(`the event loop was held up for ${Math.round(late / 1000)} s`)
  }
  void beat()
  const timer = setInterval(() => void beat(), pilotHeartbeatPeriod)
  timer.unref()
  return () => clearInterval(timer)
}

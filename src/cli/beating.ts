import { join } from 'node:path'
import { createPilotHeartbeat, pilotHeartbeatPeriod } from '../observe/pilot-heartbeat.ts'
import type { Log } from '../observe/port.ts'

/**
 * The pilot's own heartbeat: pilot_heartbeat.json and the touch of pilotlog.txt by which the wrapper judges whether the
 * pilot hangs. Returns how to stop.
 */
export function startBeating(directory: string, noPilotLog: boolean, log: Log): () => void {
  const heartbeat = createPilotHeartbeat(directory, noPilotLog ? undefined : join(directory, 'pilotlog.txt'))
  const beat = async (): Promise<void> => {
    const suspension = await heartbeat.beat(Date.now())
    if (suspension !== undefined) log.warning(`the pilot was suspended for ${Math.round(suspension / 1000)} s`)
  }
  void beat()
  const timer = setInterval(() => void beat(), pilotHeartbeatPeriod)
  timer.unref()
  return () => clearInterval(timer)
}

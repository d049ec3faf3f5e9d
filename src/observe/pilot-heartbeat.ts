import { rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** ms without a beat that mean that the process was stopped, not merely busy (contracts/pilot-core.md 3.3). */
const suspendedAfter = 600_000

/** ms between two beats (contracts/pilot-core.md 1.6, pilot_heartbeat). */
export const pilotHeartbeatPeriod = 60_000

/** What the beats so far amount to; times in ms, `last` since the epoch. */
export interface Beats {
  readonly last: number
  /** Longest time between two beats. */
  readonly longest: number
  /** How long the last suspension took; 0 = there was none. */
  readonly suspended: number
}

export interface Beat {
  readonly beats: Beats
  /** ms this beat came too late because the process was stopped. */
  readonly suspension: number | undefined
}

/**
 * One beat more. A clock that was set back counts as no time at all. Unlike the Python pilot's, `suspended` stays until
 * the next suspension, so that a reader that comes later than the next beat still finds it.
 */
export function nextBeat(before: Beats | undefined, now: number): Beat {
  const gap = before === undefined ? 0 : Math.max(0, now - before.last)
  const suspension = gap > suspendedAfter ? gap : undefined
  const longest = Math.max(before?.longest ?? 0, gap)
  return { beats: { last: now, longest, suspended: suspension ?? before?.suspended ?? 0 }, suspension }
}

/** pilot_heartbeat.json, in whole seconds (contracts/pilot-core.md 3.3). */
function heartbeatText({ last, longest, suspended }: Beats): string {
  const seconds = (ms: number) => Math.floor(ms / 1000)
  return JSON.stringify({
    last_pilot_update: seconds(last),
    max_diff_time: seconds(longest),
    time_since_detection: seconds(suspended),
  })
}

export interface PilotHeartbeat {
  /**
   * To be called every `pilotHeartbeatPeriod` with the time in ms since the epoch. Writes pilot_heartbeat.json and
   * touches pilotlog.txt, by whose age the wrapper judges the pilot. Returns how long the process was stopped before this
   * beat. Never rejects: a file that cannot be written is one the disk checks speak of.
   */
  beat(now: number): Promise<number | undefined>
}

/** The heartbeat of the pilot in its main directory; `logFile` undefined = there is none to touch. */
export function createPilotHeartbeat(directory: string, logFile: string | undefined): PilotHeartbeat {
  const file = join(directory, 'pilot_heartbeat.json')
  let beats: Beats | undefined
  return {
    async beat(now) {
      const next = nextBeat(beats, now)
      beats = next.beats
      await replaceFile(file, heartbeatText(beats)).catch(() => undefined)
      if (logFile !== undefined) await utimes(logFile, now / 1000, now / 1000).catch(() => undefined)
      return next.suspension
    },
  }
}

/** A reader finds the old content or the new, never a part. */
async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.new`
  await writeFile(temporary, content)
  await rename(temporary, path)
}

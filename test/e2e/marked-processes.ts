import { readdirSync, readFileSync } from 'node:fs'

/** Processes with this mark in their environment that still do anything, by pid with their command line. */
export function markedProcesses(mark: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(`E2E_MARK=${mark}`)) continue
      if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${name}/stat`, 'latin1'))) continue
      found.set(Number(name), readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim())
    } catch {
      // It is gone.
    }
  }
  return found
}

/** Whatever a failed test left. */
export function endMarked(mark: string): void {
  for (const pid of markedProcesses(mark).keys()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It is gone.
    }
  }
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** ms between two looks at the table of processes; one that lives shorter may be missed. */
const period = 20

/** Watches the command lines of all processes that work below a directory, by process id and command line. */
export function watchCommandLines(directory: string): Disposable & { readonly seen: ReadonlyMap<string, string> } {
  const seen = new Map<string, string>()
  const look = (): void => {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d/.test(pid)) continue
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)) continue
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        seen.set(`${pid} ${words}`, words)
      } catch {
        // It has ended.
      }
    }
  }
  const timer = setInterval(look, period)
  return { seen, [Symbol.dispose]: () => clearInterval(timer) }
}

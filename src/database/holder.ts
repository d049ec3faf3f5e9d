import { readFileSync } from 'node:fs'
import type { Database } from 'lmdb'

/** Who holds a database: enough to see whether that process still lives (pids are reused, start times are not). */
interface Holder {
  readonly pid: number
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: number
  readonly bootId: string
}

export type Hold =
  | { readonly kind: 'ours'; release(): void }
  /** Another pilot's. */
  | { readonly kind: 'taken'; readonly pid: number }

function startTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name in parentheses may hold anything: count from its end. State is field 3.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3])
  } catch {
    return undefined
  }
}

/** undefined = nobody, or somebody who cannot be told: our own record is never torn. */
function holderIn(text: string | undefined): Holder | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Holder)
  } catch {
    return undefined
  }
}

/**
 * Holds a database against a second pilot, which LMDB would let in. The look and the taking are one transaction, and
 * LMDB lets one process at a time into those: of two that find a dead holder, one gets the place. Limit: a holder in
 * another pid namespace looks dead. Throws what LMDB throws.
 */
export function holdDatabase(about: Database<string, string>): Hold {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const mine: Holder = { pid: process.pid, startTicks: startTicks(process.pid) ?? 0, bootId }
  const lives = (holder: Holder) => holder.bootId === bootId && startTicks(holder.pid) === holder.startTicks
  return about.transactionSync((): Hold => {
    const holder = holderIn(about.get('holder'))
    if (holder !== undefined && lives(holder)) return { kind: 'taken', pid: holder.pid }
    about.putSync('holder', JSON.stringify(mine))
    return { kind: 'ours', release: () => void about.removeSync('holder') }
  })
}

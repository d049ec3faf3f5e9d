import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { ProcessIdentity } from '../job/process.ts'
import { hasVariable, type ProcStat, parseStat } from './proc.ts'

/** Marks every process of a payload: environments are inherited, also by daemons that left session and parent. */
export const cookieVariable = 'PANDA_PILOT_PAYLOAD'

/** Reading this many stat files takes a few ms; then the event loop gets its turn. */
const readAtOnce = 250

/**
 * The process's stat now; undefined when there is none. Does not block: stat takes no lock of the process. Throws when
 * it cannot be known (no file descriptor left), so that this never passes for a process that is gone.
 */
export function readStat(pid: number): ProcStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

/** The process's arguments, each ended by NUL; empty when they cannot be read. */
export function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

/** Changes with every boot of the node. Throws when it cannot be read. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
}

/** Zombies and the like hold nothing but their exit status: they can neither act nor be killed. */
export function isAlive(stat: ProcStat): boolean {
  return !'ZXx'.includes(stat.state)
}

/** Whether the payload's launcher, that very process, still lives. Throws when it cannot be known. */
export function launcherLives(identity: ProcessIdentity): boolean {
  if (readBootId() !== identity.bootId) return false
  const stat = readStat(identity.pid)
  return stat !== undefined && stat.startTicks === identity.startTicks && isAlive(stat)
}

export type FindTree = (identity: ProcessIdentity) => Promise<readonly ProcStat[]>

/**
 * Finds the processes of a payload, zombies included. Guarantees: every one found is provably of this payload. The
 * proofs: it is the launcher (pid, start time, boot); it carries the cookie; it was proven at an earlier look; it is a
 * descendant of a proven process; it is in the launcher's session while a proven process is, since only the launcher
 * could make that session and its number stays taken as long as it has members.
 *
 * Limit: a daemon that left session and parent *and* wiped its environment between two looks is not found. Nothing that
 * started before the launcher is ever considered. Rejects when /proc cannot be read.
 */
export function createTreeFinder(): FindTree {
  const provenBefore = new Map<string, ReadonlySet<string>>()
  const strangersBefore = new Map<string, ReadonlySet<string>>()
  return async (identity) => {
    if (readBootId() !== identity.bootId) return []
    const candidates = (await allProcesses()).filter(
      ({ pid, startTicks }) => pid > 1 && pid !== process.pid && startTicks >= identity.startTicks,
    )
    const known = provenBefore.get(identity.cookie)
    const proven = new Set<number>()
    for (const stat of candidates) {
      const isLauncher = stat.pid === identity.pid && stat.startTicks === identity.startTicks
      if (isLauncher || known?.has(key(stat)) === true) proven.add(stat.pid)
    }
    addRelatives(proven, candidates, identity)
    // An environment without the cookie is read once: nobody but the payload's processes can hand the cookie on.
    const strangers = new Set<string>()
    for (const stat of candidates) {
      if (proven.has(stat.pid)) continue
      const isStranger = strangersBefore.get(identity.cookie)?.has(key(stat)) === true
      const carries = isStranger ? 'no' : await carriesCookie(stat.pid, identity.cookie)
      if (carries === 'yes') proven.add(stat.pid)
      if (carries === 'no') strangers.add(key(stat))
    }
    addRelatives(proven, candidates, identity)
    const tree = candidates.filter(({ pid }) => proven.has(pid))
    if (tree.length === 0) {
      provenBefore.delete(identity.cookie)
      strangersBefore.delete(identity.cookie)
    } else {
      provenBefore.set(identity.cookie, new Set(tree.map(key)))
      strangersBefore.set(identity.cookie, strangers)
    }
    return tree
  }
}

function key({ pid, startTicks }: ProcStat): string {
  return `${pid}/${startTicks}`
}

async function allProcesses(): Promise<ProcStat[]> {
  const found: ProcStat[] = []
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  for (const [index, name] of names.entries()) {
    if (index % readAtOnce === readAtOnce - 1) await setImmediate()
    const stat = readStat(Number(name))
    if (stat !== undefined) found.push(stat)
  }
  return found
}

function addRelatives(proven: Set<number>, candidates: readonly ProcStat[], identity: ProcessIdentity): void {
  const children = Map.groupBy(candidates, ({ parent }) => parent)
  const members = candidates.filter(({ session }) => session === identity.pid)
  const sessionProven = members.some(({ pid }) => proven.has(pid))
  const pending = sessionProven ? [...proven, ...members.map(({ pid }) => pid)] : [...proven]
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    proven.add(pid)
    for (const child of children.get(pid) ?? []) {
      if (!proven.has(child.pid)) pending.push(child.pid)
    }
  }
}

/** Another user's process cannot be read: then it is not proven. */
/** `unknown`: it may not be read, or is empty, as for a moment in the middle of an exec. */
async function carriesCookie(pid: number, cookie: string): Promise<'yes' | 'no' | 'unknown'> {
  try {
    const environ = await readFile(`/proc/${pid}/environ`)
    if (environ.length === 0) return 'unknown'
    return hasVariable(environ, `${cookieVariable}=${cookie}`) ? 'yes' : 'no'
  } catch {
    return 'unknown'
  }
}

/** The launcher of the payload with this cookie: the process that carries it and leads a session. */
export async function findLauncher(cookie: string): Promise<ProcessIdentity | undefined> {
  for (const { pid, startTicks, session } of await allProcesses()) {
    if (session === pid && (await carriesCookie(pid, cookie)) === 'yes')
      return { pid, startTicks, bootId: readBootId(), cookie }
  }
  return undefined
}

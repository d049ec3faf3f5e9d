import { setTimeout } from 'node:timers/promises'
import type { ProcessIdentity } from '../job/process.ts'
import type { TreeSignal } from './port.ts'
import type { ProcStat } from './proc.ts'
import { type FindTree, isAlive, readArguments, readStat } from './process-tree.ts'

const looks = 5
const stopRounds = 8
/** Dying takes a moment. The pause before pass n + 1 is n times this, ms: 0.5 s for all. */
const pauseUnit = 50

/**
 * Sends a signal to every living process of the tree; resolves to how many got it.
 *
 * TERM: once, followed by CONT for those that are stopped, or they could not act on it. While there is only the
 * launcher, the payload is just being born or written off, and is waited for.
 *
 * KILL: in passes until nobody is left, at most 5; in each, all are stopped first, so that none can fork away. The
 * launcher comes last, when it is alone and still does not end: it shall write down how the payload ended.
 */
export async function signalTree(find: FindTree, identity: ProcessIdentity, signal: TreeSignal): Promise<number> {
  return signal === 'SIGKILL' ? killTree(find, identity) : terminateTree(find, identity)
}

async function terminateTree(find: FindTree, identity: ProcessIdentity): Promise<number> {
  let living = (await find(identity)).filter(isAlive)
  for (let look = 1; look < looks && isOnlyLauncher(living, identity); look++) {
    await setTimeout(look * pauseUnit)
    living = (await find(identity)).filter(isAlive)
  }
  let count = 0
  for (const stat of living) {
    if (!send(stat, 'SIGTERM')) continue
    count += 1
    if (stat.state === 'T') send(stat, 'SIGCONT')
  }
  return count
}

/** Its child, until it becomes the payload's bash, has the launcher's arguments still and would swallow the signal. */
function isOnlyLauncher(living: readonly ProcStat[], { pid: launcher }: ProcessIdentity): boolean {
  if (!living.some(({ pid }) => pid === launcher)) return false
  const own = readArguments(launcher)
  return living.every(({ pid }) => pid === launcher || readArguments(pid) === own)
}

async function killTree(find: FindTree, identity: ProcessIdentity): Promise<number> {
  const killed = new Set<string>()
  for (let pass = 1; pass <= looks; pass++) {
    const living = await stopAll(find, identity)
    if (living.length === 0) break
    const payload = living.filter(({ pid }) => pid !== identity.pid)
    for (const stat of pass < looks ? payload : living) {
      if (send(stat, 'SIGKILL')) killed.add(`${stat.pid}/${stat.startTicks}`)
    }
    if (pass < looks) await setTimeout(pass * pauseUnit)
  }
  return killed.size
}

/** Stops all but the launcher, looking again until no newcomer is found; resolves to the living. */
async function stopAll(find: FindTree, identity: ProcessIdentity): Promise<readonly ProcStat[]> {
  const stopped = new Set<number>()
  for (let round = 1; ; round++) {
    const living = (await find(identity)).filter(isAlive)
    const newcomers = living.filter(({ pid }) => pid !== identity.pid && !stopped.has(pid))
    if (newcomers.length === 0 || round === stopRounds) return living
    for (const stat of newcomers) {
      send(stat, 'SIGSTOP')
      stopped.add(stat.pid)
    }
  }
}

/**
 * Compares the start time right before: pids are reused. Between the two calls lies a gap of microseconds that only a
 * pidfd could close, which Node has not. False = gone, somebody else by now, or not permitted (a set-uid child).
 */
function send(stat: ProcStat, signal: NodeJS.Signals): boolean {
  try {
    const now = readStat(stat.pid)
    if (now === undefined || now.startTicks !== stat.startTicks || !isAlive(now)) return false
    return process.kill(stat.pid, signal)
  } catch {
    return false
  }
}

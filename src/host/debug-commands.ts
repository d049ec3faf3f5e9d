import { setTimeout } from 'node:timers/promises'
import type { DebugCommand } from '../job/debug-command.ts'
import { debugText, type Shown } from '../job/debug-text.ts'
import type { ProcessIdentity } from '../job/process.ts'
import { readActiveLog } from './active-log.ts'
import { contain, shownPlace } from './contained.ts'
import { measureUse } from './disk-use.ts'
import { readFileEnd } from './file-end.ts'
import { list } from './listing.ts'
import type { DebugCommands } from './port.ts'
import { listProcesses } from './process-list.ts'
import { createTreeFinder, type FindTree } from './process-tree.ts'
import { createBudget, findMatches } from './search.ts'
import { dumpStacks } from './stack-dump.ts'

export interface DebugCommandsOptions {
  /** Hides the secrets known at the time of the call. */
  readonly redact: (text: string) => string
  /** ms after which a command ends with what it has. */
  readonly deadline?: number
  /** ms beyond the deadline in which it must have ended, before a text says that it did not. */
  readonly grace?: number
  /** Name looked up in the PATH, or a path. */
  readonly gdb?: string
}

/** Entries looked at by one command. */
const mostEntries = 50_000

/** Reads the real file system and /proc. Only gdb is another program. */
export function createDebugCommands(options: DebugCommandsOptions): DebugCommands {
  const { redact, deadline = 5000, grace = 1000, gdb = 'gdb' } = options
  const find = createTreeFinder()
  const runBounded = oneAtATime(deadline, grace)
  const logBounded = oneAtATime(deadline, grace)
  const shown = (what: Shown) => debugText(what, redact)
  return {
    run: async (command, identity, directory) =>
      shown(
        await runBounded(titleOf(command), (signal) => execute({ command, identity, directory, find, gdb, signal })),
      ),
    activeLog: async (directory, exclude) =>
      shown(await logBounded('debug', (signal) => readActiveLog(directory, exclude, signal))),
  }
}

interface Execution {
  readonly command: DebugCommand
  readonly identity: ProcessIdentity | undefined
  readonly directory: string
  readonly find: FindTree
  readonly gdb: string
  readonly signal: AbortSignal
}

async function execute({ command, identity, directory, find, gdb, signal }: Execution): Promise<Shown> {
  const title = titleOf(command)
  if (command.name === 'ps' || command.name === 'gdb') {
    if (identity === undefined) return { title, body: 'no payload is running' }
    if (command.name === 'gdb') return dumpStacks(gdb, find, identity, signal)
    return { title, body: (await listProcesses(find, identity)).join('\n') }
  }
  const tree = await contain(directory)
  const budget = createBudget(mostEntries, signal)
  if (command.name === 'tail') {
    const files = (await findMatches(tree, command.path, budget)).filter(({ stats }) => stats.isFile())
    const newest = files.toSorted((a, b) => b.stats.mtimeMs - a.stats.mtimeMs)[0]
    if (newest === undefined) return { title, body: 'no such file; links are not followed' }
    return { title: shownPlace(newest.place), body: await readFileEnd(tree, newest.place), lines: command.lines }
  }
  const lines = await (command.name === 'ls' ? list(tree, command, budget) : measureUse(tree, command, budget))
  const missing = lines.length === 0 ? 'nothing there; links are not followed' : ''
  const partial = budget.spent() ? '\nnot all was looked at: too many entries, or too little time' : ''
  return { title, body: lines.join('\n') + missing + partial }
}

function titleOf(command: DebugCommand): string {
  return 'path' in command ? `${command.name} ${command.path.join('/') || '.'}` : command.name
}

/**
 * A file system may never answer. Then a text says so in time, and no further work is started until it does: each would
 * hold one of the few threads that all of the pilot's file access shares. Never rejects.
 */
function oneAtATime(deadline: number, grace: number) {
  let busy = false
  return async (title: string, work: (signal: AbortSignal) => Promise<Shown>): Promise<Shown> => {
    if (busy) return { title, body: 'an earlier command has not ended yet' }
    busy = true
    const done = work(AbortSignal.timeout(deadline))
      .catch((error: unknown) => ({ title, body: error instanceof Error ? error.message : String(error) }))
      .finally(() => {
        busy = false
      })
    const waiting = new AbortController()
    const tooLate = { title, body: `no answer within ${deadline + grace} ms` }
    const late = setTimeout(deadline + grace, tooLate, { signal: waiting.signal })
    try {
      return await Promise.race([done, late])
    } finally {
      waiting.abort()
    }
  }
}

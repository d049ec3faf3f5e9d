import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Shown } from '../job/debug-text.ts'
import type { ProcessIdentity } from '../job/process.ts'
import type { ProcStat } from './proc.ts'
import { commandOf } from './process-list.ts'
import { type FindTree, isAlive, readStat } from './process-tree.ts'

/** ms from the polite to the hard end of gdb. */
const grace = 500
/** ms for which its pipes may stay open after its end. */
const drain = 250
/** ms in which a stop that was on its way when gdb was killed arrives. */
const stopArrives = 100
/** Characters kept of the output: its end. */
const keptOutput = 65_536

/**
 * Nothing of the payload's directory or binaries tells gdb what to do, and no value of an argument is printed: stacks
 * are what is asked for, and arguments may be secrets.
 */
const settings = [
  'auto-load off',
  'confirm off',
  'pagination off',
  'debuginfod enabled off',
  'print frame-arguments none',
]

/**
 * The stacks of all threads of one process of the payload, the youngest (contracts/pilot-core.md 4.2), by gdb. The
 * process stops for as long as that takes and then goes on, also when gdb had to be ended because of `signal`. No core
 * file is made: it would hold the process's secrets, and may be larger than the disk.
 */
export async function dumpStacks(
  gdb: string,
  find: FindTree,
  identity: ProcessIdentity,
  signal: AbortSignal,
): Promise<Shown> {
  const target = await youngest(find, identity)
  if (target === undefined) return { title: 'gdb', body: 'no process of the payload is left' }
  const title = `stacks of process ${target.pid}: ${commandOf(target.pid)}`
  try {
    return { title, body: await run(gdb, target.pid, signal) }
  } finally {
    if (signal.aborted) await pause(stopArrives)
    wake(target)
  }
}

/** The launcher only waits for the others. */
async function youngest(find: FindTree, identity: ProcessIdentity): Promise<ProcStat | undefined> {
  const living = (await find(identity)).filter((stat) => isAlive(stat) && stat.pid !== identity.pid)
  return living.toSorted((a, b) => b.startTicks - a.startTicks || b.pid - a.pid)[0]
}

function run(gdb: string, pid: number, signal: AbortSignal): Promise<string> {
  const before = settings.flatMap((setting) => ['-iex', `set ${setting}`])
  const args = ['-nx', '-nh', '-batch', ...before, '-p', String(pid), '-ex', 'thread apply all backtrace']
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', HOME: '/' }
  return new Promise((resolve) => {
    const child = spawn(gdb, args, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      child.kill('SIGTERM')
      timer = setTimeout(() => child.kill('SIGKILL'), grace)
    }
    const settle = (text: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve(text)
    }
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    child.once('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT'
      settle(missing ? `${gdb} is not installed on this node` : `${gdb} cannot be started: ${error.message}`)
    })
    child.once('exit', () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, drain)
    })
    child.once('close', () => {
      const late = signal.aborted ? '\ngdb was ended: it took too long' : ''
      settle(/^#\d/m.test(stdout()) ? stdout() + late : stdout() + stderr() + late)
    })
  })
}

function collect(stream: Readable): () => string {
  let kept = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    kept = (kept + text).slice(-keptOutput)
  })
  return () => kept
}

/** A gdb that is killed while it attaches leaves its process stopped. */
function wake(before: ProcStat): void {
  try {
    const now = readStat(before.pid)
    const stoppedMeanwhile = now?.startTicks === before.startTicks && now.state === 'T' && before.state !== 'T'
    if (stoppedMeanwhile) process.kill(before.pid, 'SIGCONT')
  } catch {
    // It is gone, which is as good.
  }
}

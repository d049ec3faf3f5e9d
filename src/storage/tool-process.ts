import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export interface ToolCommand {
  /** Name looked up in the PATH of `environment`, or a path. */
  readonly program: string
  /** Given as they are: no shell sees them. */
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** s */
  readonly timeout: number
}

export type ToolRun =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** Somebody else's signal ended it, or it never began: the text says which. */
  | { readonly kind: 'broken'; readonly text: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'stopped' }

/** ms between the polite and the hard end of a process group. */
const grace = 1000
/** ms for which the pipes of a tool that has ended may stay open in hands we do not know. */
const drain = 250
/** Characters kept of each stream: the end, where the reason is. */
const keptOutput = 32 * 1024

function collect(stream: Readable): () => string {
  let kept = ''
  stream.setEncoding('utf8')
  // XRootD ends its messages with NUL bytes.
  stream.on('data', (text: string) => {
    kept = `${kept}${text.replaceAll('\0', '')}`.slice(-keptOutput)
  })
  return () => kept
}

/**
 * Signals the tool's own process group, which bears its leader's pid. While the leader is not reaped, and right when it
 * is, that number can belong to nobody else: pids are handed out in turn.
 */
function signalGroup({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, name)
  } catch {
    // Nobody is left in the group.
  }
}

/** Tools that run now. */
const running = new Set<ChildProcess>()

/** The pilot may have to leave before a tool that minds nothing has ended. */
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL')
})

/** Some failures to start are thrown, others come as an event. */
function start({ program, args, environment }: ToolCommand) {
  try {
    const child = spawn(program, args, {
      cwd: '/',
      detached: true,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { child }
  } catch (error) {
    return { error }
  }
}

function notStarted(program: string, error: unknown): ToolRun {
  const reason = error instanceof Error ? error.message : String(error)
  return { kind: 'broken', text: `${program} cannot be started: ${reason}` }
}

/**
 * Runs a command-line tool in a process group of its own and waits for its end. Guarantees: never rejects; when it
 * resolves, or when this process exits, no process of the group lives; after `signal` or the time-out that is at most 1.25 s later (TERM, 1 s, KILL);
 * output is bounded.
 */
export function runTool(command: ToolCommand, signal: AbortSignal): Promise<ToolRun> {
  if (signal.aborted) return Promise.resolve({ kind: 'stopped' })
  const { program, timeout } = command
  const { child, error } = start(command)
  if (child === undefined) return Promise.resolve(notStarted(program, error))
  running.add(child)
  return new Promise((resolve) => {
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    let ordered: 'stopped' | 'timed-out' | undefined
    let killing: NodeJS.Timeout | undefined
    let draining: NodeJS.Timeout | undefined

    const end = (reason: 'stopped' | 'timed-out') => {
      if (ordered !== undefined) return
      ordered = reason
      signalGroup(child, 'SIGTERM')
      killing = setTimeout(() => signalGroup(child, 'SIGKILL'), grace)
    }
    const stop = () => end('stopped')
    const deadline = setTimeout(() => end('timed-out'), Math.ceil(timeout * 1000))
    signal.addEventListener('abort', stop, { once: true })

    const settle = (run: ToolRun) => {
      for (const timer of [deadline, killing, draining]) clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      running.delete(child)
      resolve(ordered === undefined ? run : { kind: ordered })
    }
    child.once('error', (error) => settle(notStarted(program, error)))
    child.once('exit', () => {
      signalGroup(child, 'SIGKILL')
      clearTimeout(killing)
      draining = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, drain)
    })
    child.once('close', (exitCode, name) => {
      if (exitCode !== null) settle({ kind: 'ended', exitCode, stdout: stdout(), stderr: stderr() })
      else settle({ kind: 'broken', text: `${program} was ended by ${name}: ${stderr()}` })
    })
  })
}

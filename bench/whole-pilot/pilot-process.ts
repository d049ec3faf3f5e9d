import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunDirectory } from './ground.ts'
import type { Launcher } from './launcher.ts'

/** A pilot that was started; it is ended when it is disposed of. */
export interface PilotProcess extends AsyncDisposable {
  /** The process that was started: a starter, perhaps, and not the pilot itself. */
  readonly root: number
  /** ms since the epoch. */
  readonly started: number
  /** Resolves to when it ended, by itself or killed, ms since the epoch. */
  readonly ended: Promise<number>
  kill(): void
}

/** What must not outlive the bench, also when the bench is interrupted. */
const alive = new Set<() => void>()
process.once('exit', () => {
  for (const kill of alive) kill()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Starts a pilot in its launch directory; what it says goes into a file, see lastWords. */
export async function startPilot(run: RunDirectory, launcher: Launcher, port: number): Promise<PilotProcess> {
  const { command, argv, environment } = launcher.commandLine(run, port)
  await using talk = await open(talkOf(run), 'w')
  const started = Date.now()
  const child = spawn(command, argv, { cwd: run.launch, env: environment, stdio: ['ignore', talk.fd, talk.fd] })
  const spawned = once(child, 'spawn')
  const ended = once(child, 'exit').then(() => {
    alive.delete(kill)
    return Date.now()
  })
  await spawned
  const root = child.pid ?? Number.NaN
  // Once it has ended its process id may be another's.
  const kill = (): void => {
    if (alive.has(kill)) launcher.kill(root)
  }
  alive.add(kill)
  return {
    root,
    started,
    ended,
    kill,
    async [Symbol.asyncDispose]() {
      kill()
      await ended
    },
  }
}

/** The end of what a pilot said, for the error that tells why its run does not count. */
export async function lastWords(run: RunDirectory): Promise<string> {
  const text = await readFile(talkOf(run), 'utf8')
  return text.trim().slice(-2000) || 'nothing'
}

function talkOf({ path }: RunDirectory): string {
  return join(path, 'talk')
}

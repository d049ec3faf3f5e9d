import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { ProcessEnd, ProcessIdentity } from '../job/process.ts'
import { type ExitStatus, parseExitStatus, statusRoom } from './exit-status.ts'
import { type ChildExit, launch } from './launch.ts'
import type { PayloadCommand, Processes } from './port.ts'
import { createTreeFinder, type FindTree, findLauncher, isAlive, launcherLives } from './process-tree.ts'
import { sampleTree } from './tree-sample.ts'
import { signalTree } from './tree-signal.ts'

export interface ProcessesOptions {
  /** The launcher script; a bundled release says where it put it. */
  readonly launcher?: string
  /** How often a process that is not our child is looked at, ms. */
  readonly lookEvery?: number
}

export interface NodeProcesses extends Processes {
  /** For the end of the pilot: KILL to what is left of the payloads it started or took back, in whatever state their jobs are. */
  endAll(): Promise<void>
}

/** Real processes of this node. */
export function createProcesses(options: ProcessesOptions = {}): NodeProcesses {
  const { launcher = join(import.meta.dirname, 'launcher.sh'), lookEvery = 1000 } = options
  const find = createTreeFinder()
  const children = new Map<string, Promise<ChildExit>>()
  const payloads = new Map<string, ProcessIdentity>()
  return {
    async launch(command) {
      try {
        const { identity, exited } = await launch(launcher, command)
        children.set(identity.cookie, exited)
        payloads.set(identity.cookie, identity)
        return { kind: 'launched', identity }
      } catch (error) {
        return { kind: 'failed', text: failureText(command, error) }
      }
    },
    find: (cookie) => quietly(findLauncher(cookie), undefined),
    neverStarted: (statusFile) => quietly(isNotPrepared(statusFile), false),
    async ended(identity, statusFile, signal) {
      payloads.set(identity.cookie, identity)
      const child = children.get(identity.cookie)
      if (child === undefined) return endOfAdopted(identity, statusFile, signal, lookEvery)
      const exit = await unlessAborted(child, signal)
      if (exit === undefined) return abandoned
      children.delete(identity.cookie)
      return endOfChild(exit, await readStatus(statusFile))
    },
    signalTree: (identity, signal) => quietly(signalTree(find, identity, signal), 0),
    async survivors(identity) {
      const living = await quietly(countLiving(find, identity), 1)
      if (living === 0) payloads.delete(identity.cookie)
      return living
    },
    sample: (identity) => quietly(sampleTree(find, identity), undefined),
    async endAll() {
      await Promise.all([...payloads.values()].map((identity) => quietly(signalTree(find, identity, 'SIGKILL'), 0)))
    },
  }
}

async function countLiving(find: FindTree, identity: ProcessIdentity): Promise<number> {
  return (await find(identity)).filter(isAlive).length
}

const abandoned: ProcessEnd = { kind: 'lost', text: 'the payload still ran when the pilot stopped waiting for it' }

function endOfChild({ exitCode, signal }: ChildExit, status: ExitStatus | undefined): ProcessEnd {
  if (status !== undefined) return { kind: 'exited', ...status }
  if (signal !== null) return { kind: 'signalled', signal, cpuSeconds: undefined }
  if (exitCode !== null) return { kind: 'exited', exitCode, cpuSeconds: undefined }
  return { kind: 'lost', text: 'the launcher ended without an exit code' }
}

/** A payload that another pilot process started: nobody tells us of its end, so its launcher is looked at. */
async function endOfAdopted(
  identity: ProcessIdentity,
  statusFile: string,
  signal: AbortSignal,
  lookEvery: number,
): Promise<ProcessEnd> {
  while (!signal.aborted) {
    // In this order: a launcher that is gone has written all it ever will. Not to know is no proof of death.
    const lives = await quietly(Promise.resolve(identity).then(launcherLives), true)
    const status = await readStatus(statusFile)
    if (status !== undefined) return { kind: 'exited', ...status }
    if (!lives) {
      return { kind: 'lost', text: `process ${identity.pid} is gone and left no exit status in ${statusFile}` }
    }
    await quietly(setTimeout(lookEvery, undefined, { signal }), undefined)
  }
  return abandoned
}

/** `launch` fills the status file with blank lines before it starts the launcher. */
async function isNotPrepared(statusFile: string): Promise<boolean> {
  try {
    return (await stat(statusFile)).size < statusRoom
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}

async function readStatus(statusFile: string): Promise<ExitStatus | undefined> {
  const text = await quietly(readFile(statusFile, 'latin1'), '')
  return parseExitStatus(text.slice(0, statusRoom))
}

async function quietly<T>(attempt: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await attempt
  } catch {
    return otherwise
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  const abort = () => resolve(undefined)
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort))
}

function failureText({ directory, commandLine }: PayloadCommand, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  const size = Buffer.byteLength(commandLine)
  const hint = reason.includes('E2BIG') ? ` (the command line has ${size} bytes)` : ''
  return `the payload could not be started in ${directory}: ${reason}${hint}`
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, open, rm } from 'node:fs/promises'
import type { ProcessIdentity } from '../job/process.ts'
import { statusRoom } from './exit-status.ts'
import type { PayloadCommand } from './port.ts'
import { cookieVariable, readBootId, readStat } from './process-tree.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants

/** How our own child ended, as the kernel told Node. */
export interface ChildExit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface LaunchedChild {
  readonly identity: ProcessIdentity
  readonly exited: Promise<ChildExit>
}

/**
 * Starts the launcher as the leader of a session of its own, with the payload's files as its output. The environment
 * given is all the payload gets, besides the cookie. Throws when it cannot be started.
 */
export async function launch(launcher: string, command: PayloadCommand): Promise<LaunchedChild> {
  await access(launcher, constants.R_OK)
  await access(command.directory, constants.X_OK)
  // A status of an earlier launch must not be taken for this one's.
  await rm(command.statusFile, { force: true })
  await using stdout = await open(command.stdout, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644)
  await using stderr = await open(command.stderr, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644)
  await using status = await open(command.statusFile, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  await status.write('\n'.repeat(statusRoom), 0)
  const { cookie } = command
  const bootId = readBootId()
  const child = spawn('/bin/sh', [launcher, command.commandLine], {
    cwd: command.directory,
    env: { ...command.environment, [cookieVariable]: cookie },
    detached: true,
    stdio: ['ignore', stdout.fd, stderr.fd, status.fd],
  })
  // Before the event loop turns, even a child that is already dead cannot have been waited for.
  const startTicks = child.pid === undefined ? undefined : readStat(child.pid)?.startTicks
  const exited = exitOf(child)
  await once(child, 'spawn')
  if (child.pid === undefined || startTicks === undefined) throw new Error('its entry in /proc cannot be read')
  return { identity: { pid: child.pid, startTicks, bootId, cookie }, exited }
}

function exitOf(child: ChildProcess): Promise<ChildExit> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
}

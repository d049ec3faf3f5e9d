import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { PayloadCommand, Processes } from '../../src/host/port.ts'
import { isAlive, readStat } from '../../src/host/process-tree.ts'
import type { ProcessEnd, ProcessIdentity } from '../../src/job/process.ts'

/** A directory that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-host-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export function payload(
  directory: string,
  commandLine: string,
  environment: Record<string, string> = { PATH: process.env.PATH ?? '' },
): PayloadCommand {
  return {
    commandLine,
    cookie: randomUUID(),
    directory,
    environment,
    stdout: join(directory, 'payload.stdout'),
    stderr: join(directory, 'payload.stderr'),
    statusFile: join(directory, 'payload.status'),
  }
}

/** A payload that was started, and is killed after the test at the latest. */
export interface Started {
  readonly identity: ProcessIdentity
  readonly command: PayloadCommand
  ended(): Promise<ProcessEnd>
  stdout(): Promise<string>
}

export async function start(processes: Processes, command: PayloadCommand): Promise<Started> {
  const launched = await processes.launch(command)
  if (launched.kind === 'failed') return expect.fail(launched.text)
  const { identity } = launched
  onTestFinished(async () => {
    await processes.signalTree(identity, 'SIGKILL')
  })
  return {
    identity,
    command,
    ended: () => processes.ended(identity, command.statusFile, new AbortController().signal),
    stdout: () => readFile(command.stdout, 'utf8'),
  }
}

/** Waits until the payload has printed this many whole lines, and gives them. */
export async function lines(started: Started, count: number): Promise<string[]> {
  const printed = async () => (await started.stdout()).split('\n').slice(0, -1)
  await expect.poll(async () => (await printed()).length, { timeout: 10_000, interval: 5 }).toBe(count)
  return printed()
}

/** For a payload that goes on when it is told: shell text that waits for `openGate`. */
export const gate = 'until [ -e gate ]; do sleep 0.02; done'

export async function openGate(directory: string): Promise<void> {
  await writeFile(join(directory, 'gate'), '')
}

/** Whether a process still does anything: a zombie that nobody waits for does not. */
export function lives(pid: number): boolean {
  const stat = readStat(pid)
  return stat !== undefined && isAlive(stat)
}

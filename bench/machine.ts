import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, hostname, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

export interface Machine {
  readonly name: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGB: number
  readonly kernel: string
  /** Processes that wanted a core in the last minute, when the bench began. */
  readonly load: number
}

/** What the figures were measured on. */
export function describeMachine(): Machine {
  return {
    // Without the domain: results are published.
    name: hostname().split('.')[0] ?? 'machine',
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    kernel: release(),
    load: loadavg()[0] ?? 0,
  }
}

/** Versions of what we are made of. */
export function ownVersions(): Readonly<Record<string, string>> {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return { 'panda-pilot': version, node: process.version, v8: process.versions.v8 }
}

/** First line a command prints when asked for its version; undefined when the machine does not have it. */
export async function versionOf(command: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args)
    return `${stdout}${stderr}`.trim().split('\n')[0]
  } catch {
    return undefined
  }
}

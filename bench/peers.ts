import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Contestant, Figures } from './bench.ts'

/**
 * A peer in Python, `bench/peers/<script>`. It measures inside itself, so that the start of Python is in no figure, and
 * prints them as one JSON object.
 */
export function pythonPeer(name: string, script: string, ...argv: readonly string[]): Contestant {
  return { name, run: () => figuresPrintedBy('python3', join(import.meta.dirname, 'peers', script), ...argv) }
}

/** The figures a program prints. Rejects when it fails, with what it said. */
export async function figuresPrintedBy(command: string, ...argv: readonly string[]): Promise<Figures> {
  const { stdout } = await promisify(execFile)(command, argv)
  return JSON.parse(stdout)
}

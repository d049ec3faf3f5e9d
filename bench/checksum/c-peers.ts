import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { MissingPeer } from '../bench.ts'
import { versionOf } from '../machine.ts'

const run = promisify(execFile)
const source = join(import.meta.dirname, '../peers/adler32.c')

const libraries = [
  { name: 'zlib', macro: 'PEER_ZLIB', link: '-lz' },
  { name: 'ISA-L', macro: 'PEER_ISAL', link: '-lisal' },
  { name: 'libdeflate', macro: 'PEER_LIBDEFLATE', link: '-ldeflate' },
] as const

export interface CPeer {
  readonly name: (typeof libraries)[number]['name']
  readonly program: string
  readonly version: string
}

/** Compiles `peers/adler32.c` into the directory, once for each library that the machine has. */
export async function compilePeers(
  directory: string,
): Promise<{ readonly peers: readonly CPeer[]; readonly missing: readonly MissingPeer[] }> {
  const peers: CPeer[] = []
  const missing: MissingPeer[] = []
  for (const { name, macro, link } of libraries) {
    const program = join(directory, macro)
    try {
      await run('cc', ['-O3', '-march=native', `-D${macro}`, '-o', program, source, link])
      peers.push({ name, program, version: (await versionOf(program, 'version')) ?? 'unknown' })
    } catch (error) {
      const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
      const why = /error: (.*)/.exec(text)?.[1] ?? 'no C compiler runs as cc'
      missing.push({ peer: `${name} in C`, why })
    }
  }
  return { peers, missing }
}

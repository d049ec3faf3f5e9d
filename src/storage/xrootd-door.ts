import type { Checksum } from '../job/checksum.ts'
import { runTool } from './tool-process.ts'
import { queriedChecksum, type RootAddress, statSize, xrootdTimers } from './xrootd-words.ts'

type RemoteFile =
  | { readonly kind: 'there'; readonly size: number }
  | { readonly kind: 'absent' }
  /** The server does not answer, or does not tell. */
  | { readonly kind: 'unknown' }

/** What may be asked of an XRootD server about one file. Never rejects. */
export interface XrootdDoor {
  stat(address: RootAddress, signal: AbortSignal): Promise<RemoteFile>
  /** The server's own checksum of the file; undefined when it has none to give. */
  checksum(address: RootAddress, signal: AbortSignal): Promise<Checksum | undefined>
  /** Removes the file if it can be done within `timeout` s; nobody is told otherwise. */
  remove(address: RootAddress, timeout: number): Promise<void>
}

/** s for a question that a healthy server answers at once. */
const statTime = 30
/** s for one that may make it read the file. */
const checksumTime = 300

/** Asks with `xrdfs`, one process a question. */
export function createXrootdDoor(xrdfs: string, environment: Readonly<Record<string, string>>): XrootdDoor {
  const ask = (address: RootAddress, words: readonly string[], timeout: number, signal: AbortSignal) =>
    runTool(
      {
        program: xrdfs,
        args: [address.door, ...words, address.path],
        environment: { ...environment, ...xrootdTimers(timeout) },
        timeout,
      },
      signal,
    )
  return {
    async stat(address, signal) {
      const run = await ask(address, ['stat'], statTime, signal)
      if (run.kind !== 'ended') return { kind: 'unknown' }
      const size = statSize(run.stdout)
      if (run.exitCode === 0 && size !== undefined) return { kind: 'there', size }
      return run.stderr.includes('[3011]') ? { kind: 'absent' } : { kind: 'unknown' }
    },
    async checksum(address, signal) {
      const run = await ask(address, ['query', 'checksum'], checksumTime, signal)
      return run.kind === 'ended' && run.exitCode === 0 ? queriedChecksum(run.stdout) : undefined
    },
    async remove(address, timeout) {
      await ask(address, ['rm'], timeout, new AbortController().signal)
    },
  }
}

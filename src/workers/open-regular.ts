import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs'
import type { Links } from './port.ts'

export type Opened =
  | { readonly kind: 'opened'; readonly fd: number; readonly stats: BigIntStats }
  | { readonly kind: 'missing'; readonly text: string }
  | FileFailure

/** `code` is the errno name of the system, undefined when it was our own refusal. */
export interface FileFailure {
  readonly kind: 'failed'
  readonly code: string | undefined
  readonly text: string
}

/**
 * Opens a regular file for reading, and nothing else: the name is looked at before it is opened, since opening a FIFO waits
 * and opening a device may act; then the open file is looked at again, since the name may have changed hands.
 * The caller closes `fd`.
 */
export function openRegular(path: string, links: Links): Opened {
  let fd: number | undefined
  try {
    const named = links === 'follow' ? statSync(path) : lstatSync(path)
    if (!named.isFile()) return refusal(path, kindOf(named))
    const noFollow = links === 'follow' ? 0 : constants.O_NOFOLLOW
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | noFollow)
    const stats = fstatSync(fd, { bigint: true })
    if (stats.isFile()) return { kind: 'opened', fd, stats }
    closeSync(fd)
    return refusal(path, 'not a regular file any more')
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    const failed = fileFailure(path, error)
    return failed.code === 'ENOENT' || failed.code === 'ENOTDIR' ? { kind: 'missing', text: failed.text } : failed
  }
}

/** Puts an error of the file system into words: path, errno and system call. */
export function fileFailure(path: string, error: unknown): FileFailure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const reason = error instanceof Error ? error.message : String(error)
  return { kind: 'failed', code, text: `cannot read ${path}: ${reason}` }
}

function refusal(path: string, what: string): FileFailure {
  return { kind: 'failed', code: undefined, text: `${path} is ${what}; only regular files are read` }
}

interface FileKind {
  isSymbolicLink(): boolean
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
}

/** What a person calls it: for messages only. */
export function kindOf(stats: FileKind): string {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** Bytes after which the file is put aside, so that a log never takes more than twice as much of the node's disk. */
const largestFile = 50 * 1024 * 1024

/** Somewhere lines go. Nothing throws or rejects. */
export interface LineSink {
  write(lines: readonly string[]): void
  close(): Promise<void>
}

export interface LogFileOptions {
  /** Continues an earlier log; otherwise it starts empty (contracts/pilot-core.md 1.5). */
  readonly keep?: boolean
  readonly largest?: number
}

/**
 * A file of lines, written at once: what was logged is in the file when the pilot is killed. A full disk or a lost file
 * costs the lines and nothing else; when writing works again, the log says how many are missing. A file that grew too
 * large becomes `<path>.1`, in place of an older one.
 */
export function openLogFile(path: string, { keep = false, largest = largestFile }: LogFileOptions = {}): LineSink {
  let descriptor: number | undefined
  let size = 0
  /** --redirect-stdout may name /dev/null: a device is never put aside. */
  let isFile = false
  let lost = 0
  /** The last write ended within a line. */
  let torn = false

  function opened(flags = 0): number {
    if (descriptor === undefined) {
      descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | flags, 0o644)
      const status = fstatSync(descriptor)
      size = status.size
      isFile = status.isFile()
    }
    return descriptor
  }

  function put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const written = writeSync(opened(), bytes, at)
      at += written
      size += written
      torn = at < bytes.length
    }
  }

  function close(): void {
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = undefined
  }

  /** Runs it; false = it threw. */
  function works(action: () => void): boolean {
    try {
      action()
      return true
    } catch {
      return false
    }
  }

  works(() => opened(keep ? 0 : constants.O_TRUNC))
  return {
    write(lines) {
      const written = works(() => {
        if (isFile && size >= largest) {
          close()
          renameSync(path, `${path}.1`)
        }
        const missing = lost > 0 ? [`(${lost} lines of this log could not be written)`] : []
        put(Buffer.from([...(torn ? [''] : []), ...missing, ...lines, ''].join('\n')))
      })
      lost = written ? 0 : lost + lines.length
    },
    async close() {
      works(close)
    },
  }
}

import { closeSync, constants, openSync, writeSync } from 'node:fs'
import type { LineSink } from './log-file.ts'

/** Characters kept for a reader that is slow; what comes on top is dropped. */
const longestBacklog = 1024 * 1024
/** ms between attempts while a reader is slow. */
const retryAfter = 100

/**
 * A descriptor of our own for a stream we were given, so that writing can be non-blocking without changing the stream
 * for our launcher. Sockets cannot be opened this way and are used as they are.
 */
function ownDescriptor(inherited: number): number {
  try {
    return openSync(`/proc/self/fd/${inherited}`, constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK)
  } catch {
    return inherited
  }
}

/**
 * Lines for an inherited stream, such as stderr. A reader that is slow gets them later, one that stopped reading loses
 * them and never holds the pilot; one that went away (EPIPE) is forgotten.
 */
export function openLogStream(inherited: number): LineSink {
  const descriptor = ownDescriptor(inherited)
  let backlog = ''
  let dropped = 0
  let gone = false
  let retry: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(retry)
    retry = undefined
    try {
      while (backlog !== '') {
        // Small pieces: a pipe takes up to PIPE_BUF bytes whole or not at all, so no character is cut.
        const piece = backlog.slice(0, 1024)
        const written = writeSync(descriptor, piece)
        backlog = Buffer.from(piece).subarray(written).toString() + backlog.slice(piece.length)
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') retry = setTimeout(flush, retryAfter).unref()
      else gone = true
    }
  }

  return {
    write(lines) {
      if (gone) return
      if (backlog.length > longestBacklog) {
        dropped += lines.length
        return
      }
      if (dropped > 0) backlog += `(${dropped} lines were not shown: nobody read them)\n`
      dropped = 0
      backlog += `${lines.join('\n')}\n`
      if (retry === undefined) flush()
    },
    close() {
      if (!gone) flush()
      clearTimeout(retry)
      gone = true
      if (descriptor !== inherited) {
        try {
          closeSync(descriptor)
        } catch {
          // Nothing of ours depends on it any more.
        }
      }
    },
  }
}

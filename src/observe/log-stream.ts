import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LineSink } from './log-file.ts'

/** Bytes kept for a reader that is slow; what comes on top is dropped. */
const longestBacklog = 1024 * 1024
/** ms between attempts while a reader is slow. */
const retryAfter = 50
/** Attempts before closing: a second for a reader that is slow. */
const lastTries = 20

interface Channel {
  readonly descriptor: number
  /** Ends what is ours; the inherited stream stays open for whoever else writes to it. */
  close(): void
}

/** A way to write to a stream we were given without ever waiting, and without changing it for our launcher. */
function nonBlocking(inherited: number): Channel {
  const asItIs: Channel = { descriptor: inherited, close: () => undefined }
  try {
    const kind = fstatSync(inherited)
    if (kind.isSocket()) {
      // Wrapping it makes our end non-blocking; the other end is not touched. It closes the descriptor when it is
      // collected, so it is held on to.
      const held = new Socket({ fd: inherited, readable: false, writable: true })
      return { descriptor: inherited, close: () => void held.unref() }
    }
    // A file never makes us wait, and opened again it would not share its position with stdout.
    if (kind.isFile()) return asItIs
    const descriptor = openSync(`/proc/self/fd/${inherited}`, constants.O_WRONLY | constants.O_NONBLOCK)
    return { descriptor, close: () => closeSync(descriptor) }
  } catch {
    // A pipe of another user: better a log that may have to wait than none.
    return asItIs
  }
}

/**
 * Lines for an inherited stream, such as stderr. A reader that is slow gets them later, one that stopped reading loses
 * them and never holds the pilot; one that went away (EPIPE) is forgotten.
 */
export function openLogStream(inherited: number): LineSink {
  const channel = nonBlocking(inherited)
  /** Not written yet; written in one piece, since a socket's buffer holds few small ones. */
  let backlog: Buffer[] = []
  let bytes = 0
  let dropped = 0
  let gone = false
  let retry: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(retry)
    retry = undefined
    try {
      while (bytes > 0) {
        const all = Buffer.concat(backlog)
        backlog = [all]
        const rest = all.subarray(writeSync(channel.descriptor, all))
        backlog = [rest]
        bytes = rest.length
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') retry = setTimeout(flush, retryAfter).unref()
      else gone = true
    }
  }

  return {
    write(lines) {
      if (gone) return
      if (bytes > longestBacklog) {
        dropped += lines.length
        return
      }
      const missing = dropped > 0 ? [`(${dropped} lines were not shown: nobody read them)`] : []
      dropped = 0
      const added = Buffer.from([...missing, ...lines, ''].join('\n'))
      backlog.push(added)
      bytes += added.length
      if (retry === undefined) flush()
    },
    async close() {
      for (let tries = 0; !gone && bytes > 0 && tries < lastTries; tries += 1) {
        flush()
        if (bytes > 0) await sleep(retryAfter)
      }
      clearTimeout(retry)
      if (gone) return
      gone = true
      try {
        channel.close()
      } catch {
        // Nothing of ours depends on it any more.
      }
    },
  }
}

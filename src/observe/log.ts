import { pino } from 'pino'
import { createRedactor } from '../job/redact.ts'
import { type LineSink, openLogFile } from './log-file.ts'
import { logLines } from './log-line.ts'
import { openLogStream } from './log-stream.ts'
import type { Log, LogLevel } from './port.ts'

export interface LogOptions {
  /** pilotlog.txt; undefined = none (--no-pilot-log). */
  readonly file: string | undefined
  /** Continues the file of an earlier run of the same pilot instead of starting it anew. */
  readonly keep?: boolean
  /** Where the same lines are shown: stderr, a file (--redirect-stdout), or nowhere. */
  readonly show: 'stderr' | 'nowhere' | { readonly file: string }
  /** Also debug messages, and the origin in each line. */
  readonly debug: boolean
  readonly secrets?: readonly string[]
  /** ms since the epoch. */
  readonly now?: () => number
}

/** Lines that `tail` can give back. */
const remembered = 200

const names: Readonly<Record<number, LogLevel>> = { 20: 'debug', 30: 'info', 40: 'warning', 50: 'error' }

function sinksOf({ file, keep, show }: LogOptions): readonly LineSink[] {
  const sinks: LineSink[] = file === undefined ? [] : [openLogFile(file, { keep: keep ?? false })]
  if (show === 'stderr') sinks.push(openLogStream(2))
  else if (show !== 'nowhere') sinks.push(openLogFile(show.file))
  return sinks
}

/** What pino leaves on a destination that asks for metadata, before each write. */
interface Metadata {
  lastLevel: number
  lastMsg: string
  lastTime: string
  lastObj: { readonly origin?: string }
}

/**
 * The pilot's log on pino: its levels, with a destination that writes the Python pilot's format (contracts/pilot-core.md
 * 1.5) at once. pino's transports stay out: they are threads, and lines in a thread are lost with the process.
 */
export function createLog(options: LogOptions): Log & { close(): Promise<void> } {
  const { debug, now = Date.now } = options
  const sinks = sinksOf(options)
  const recent: string[] = []
  let secrets = options.secrets ?? []
  let redactor = createRedactor(secrets)

  const destination = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 30,
    lastMsg: '',
    lastTime: '0',
    lastObj: {},
    write(this: Metadata) {
      const level = names[this.lastLevel] ?? 'info'
      const origin = debug ? (this.lastObj.origin ?? 'pilot') : undefined
      const lines = logLines(Number(this.lastTime), level, origin, redactor.redact(this.lastMsg))
      recent.push(...lines)
      recent.splice(0, recent.length - remembered)
      for (const sink of sinks) sink.write(lines)
    },
  }
  const logger = pino({ base: null, level: debug ? 'debug' : 'info', timestamp: () => `,"time":${now()}` }, destination)

  function from(origin: string | undefined): Log {
    const where = origin === undefined ? {} : { origin }
    return {
      debug: (text) => logger.debug(where, text),
      info: (text) => logger.info(where, text),
      warning: (text) => logger.warn(where, text),
      error: (text) => logger.error(where, text),
      hide(secret) {
        secrets = [...secrets, secret]
        redactor = createRedactor(secrets)
      },
      secrets: () => secrets,
      redact: (text) => redactor.redact(text),
      // Once more: a secret may have become known after its line was written.
      tail: (lines) => redactor.redact(recent.slice(Math.max(0, recent.length - lines)).join('\n')),
      child: from,
    }
  }

  return {
    ...from(undefined),
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()))
    },
  }
}

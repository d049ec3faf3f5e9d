import type { LiveEvent } from '../job/live-event.ts'

/** Severity as the pilot's log writes it. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/**
 * The pilot's log. Guarantees: no call throws, blocks on a reader that stopped, or ends the pilot, whatever happens to
 * file, disk or pipe; what `hide` was given never appears, in raw, base64, URL or JSON form; a line is one line of the
 * file, without control characters.
 */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warning(text: string): void
  error(text: string): void
  /** A secret from now on. */
  hide(secret: string): void
  /** What `hide` was given: for other sinks that must not show it. */
  secrets(): readonly string[]
  /** The text without what `hide` was given: for everything that leaves by another way than the log. */
  redact(text: string): string
  /** The last lines, newest last, for the report of a failed job; at most 200. */
  tail(lines: number): string
  /** The same log for a part of the pilot, whose name the debug format shows. */
  child(origin: string): Log
}

/** Shows what happens to whoever watches. Never throws; with no watcher it does nothing. */
export interface LiveView {
  tell(event: LiveEvent): void
}

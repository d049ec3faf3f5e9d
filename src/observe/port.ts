/** Severity as the pilot's log writes it. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

/** The pilot's log. Guarantee: what `hide` was given never appears, in raw, base64, URL or JSON form. */
export interface Log {
  debug(text: string): void
  info(text: string): void
  warning(text: string): void
  error(text: string): void
  /** A secret from now on. */
  hide(secret: string): void
  /** The last lines, newest last, for the report of a failed job. */
  tail(lines: number): string
}

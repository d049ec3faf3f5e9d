/** What this room needs of a log. `hide` is told of every secret as soon as it is read, renewed ones included. */
export interface ServerLog {
  debug(text: string): void
  info(text: string): void
  warning(text: string): void
  hide(secret: string): void
}

const texts: ReadonlyMap<string, string> = new Map([
  ['EROFS', 'is on a file system that is mounted read-only'],
  ['ENOSPC', 'cannot be opened, the disk is full: make room'],
  ['EDQUOT', 'cannot be opened, the quota is used up: make room'],
  ['EACCES', 'may not be written by this user'],
  ['EPERM', 'may not be written by this user'],
  ['ENOTDIR', 'is not a directory'],
  ['EEXIST', 'is not a directory'],
])

/** Why a database could not be opened, and what to do. */
export function inWords(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  const text = texts.get(String(code)) ?? `cannot be opened (${message})`
  return `${text}${text.includes('make room') ? ', or' : ':'} name another directory by --database DIR`
}

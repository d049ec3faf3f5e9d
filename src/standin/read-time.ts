import type { PythonValue } from './python/values.ts'

/**
 * A start or end time, null unless it is `YYYY-MM-DD HH:MM:SS`: the server ignores everything else, the epoch seconds
 * of the reference pilot included (contracts/panda-server.md 13, 13).
 */
export function readTime(value: PythonValue): string | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}$/.test(value)) return null
  return Number.isNaN(Date.parse(`${value.replace(' ', 'T')}Z`)) ? null : value
}

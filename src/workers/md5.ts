import type { Hash } from 'node:crypto'

/** node:crypto takes 12 ms to load: that long would every thread need more to start, and few ever sum an md5. */
export function createMd5(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('md5')
}

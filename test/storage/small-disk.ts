import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/**
 * Mounts a file system of one MiB on a new directory; undefined where that is not allowed, unless skipping is forbidden.
 * `unmount` ends it.
 */
export function mountSmallDisk(path: string): { unmount(): void } | undefined {
  mkdirSync(path, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0777', 'pilot-test', path], { stdio: 'ignore' })
  } catch (error) {
    if (process.env.PILOT_REAL_TOOLS === 'required') throw error
    return undefined
  }
  return { unmount: () => void execFileSync('umount', ['-l', path]) }
}

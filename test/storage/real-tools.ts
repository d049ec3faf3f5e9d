import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Why a suite that needs these programs is to be skipped; undefined when they are all there, or when skipping is
 * forbidden: then the suite runs and fails.
 */
export function missingTools(...names: readonly string[]): string | undefined {
  if (process.env.PILOT_REAL_TOOLS === 'required') return undefined
  const directories = (process.env.PATH ?? '').split(delimiter)
  const missing = names.filter((name) => !directories.some((directory) => isExecutable(join(directory, name))))
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

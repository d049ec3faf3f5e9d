import { existsSync } from 'node:fs'
import { join } from 'node:path'

const samples = join(import.meta.dirname, '../../../shared/samples/jobreports')

/** Why the sample reports cannot be used; undefined when they can. */
export const withoutSamples: string | undefined =
  existsSync(samples) || process.env.PILOT_REAL_TOOLS === 'required' ? undefined : 'the sample job reports are not here'

export function sample(name: string): string {
  return join(samples, name)
}

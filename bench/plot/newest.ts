import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../print.ts'

export interface Results {
  readonly file: string
  readonly reports: readonly Report[]
}

/** What was measured last, of all that is kept in the directory; undefined when nothing is. */
export async function newestResults(directory: string): Promise<Results | undefined> {
  const names = await readdir(directory).catch(() => [])
  const kept = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (file): Promise<Results> => {
        const reports: Report[] = JSON.parse(await readFile(join(directory, file), 'utf8'))
        return { file, reports }
      }),
  )
  const begun = ({ reports: [first] }: Results): string => first?.at ?? ''
  return kept.toSorted((a, b) => begun(a).localeCompare(begun(b))).at(-1)
}

import { chmod, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'

/** One life of a pilot: it may take several processes, since bin/pilot starts a new one for one that died. */
export interface Life {
  /** The directory the pilot works in, absolute. */
  readonly directory: string
  /** When the first process of this life began, ms since the epoch. */
  readonly startedAt: number
  /** An earlier process of this life died. */
  readonly resumed: boolean
  /** Said when the pilot leaves in order: no process is started in its place. */
  end(): Promise<void>
}

const written = z.object({ directory: z.string(), startedAt: z.number() })

/**
 * Begins a life, or goes on with the one that `file` (named by bin/pilot in PILOT_LIFE_FILE) tells of. A new one works in
 * a new `PanDA_Pilot3_<pid>_<epoch>` (0770) below `--workdir`, else where it was started (contracts/pilot-core.md 1.1,
 * `-a`).
 */
export async function beginLife(file: string | undefined, workdir: string, now: number): Promise<Life> {
  const before = file === undefined ? undefined : await readLife(file)
  const end = async (): Promise<void> => {
    if (file !== undefined) await rm(file, { force: true })
  }
  if (before !== undefined) {
    process.chdir(before.directory)
    return { ...before, resumed: true, end }
  }
  const directory = await newDirectory(workdir, now)
  if (file !== undefined) await writeFile(file, JSON.stringify({ directory, startedAt: now }))
  return { directory, startedAt: now, resumed: false, end }
}

async function newDirectory(workdir: string, now: number): Promise<string> {
  if (workdir === '') return realpath(process.cwd())
  const directory = join(workdir, `PanDA_Pilot3_${process.pid}_${Math.floor(now / 1000)}`)
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o770)
  process.chdir(directory)
  return realpath(directory)
}

async function readLife(file: string): Promise<z.infer<typeof written> | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    return text === '' ? undefined : z.parse(written, JSON.parse(text))
  } catch {
    return undefined
  }
}

import { chmod, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The directory the pilot works in: a new `PanDA_Pilot3_<pid>_<epoch>` (0770) below `--workdir`, else where it was
 * started (contracts/pilot-core.md 1.1, `-a`).
 */
export async function enterLaunchDirectory(workdir: string, now: number): Promise<string> {
  if (workdir === '') return realpath(process.cwd())
  const directory = join(workdir, `PanDA_Pilot3_${process.pid}_${Math.floor(now / 1000)}`)
  await mkdir(directory, { recursive: true })
  await chmod(directory, 0o770)
  process.chdir(directory)
  return realpath(directory)
}

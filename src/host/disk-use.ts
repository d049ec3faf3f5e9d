import type { DebugCommand } from '../job/debug-command.ts'
import { type Contained, type Entry, type Place, shownPlace } from './contained.ts'
import { humanSize } from './listing.ts'
import { type Budget, findMatches, readEntries } from './search.ts'

type Du = Extract<DebugCommand, { readonly name: 'du' }>

/** The lines of `du`: space taken on disk, KiB unless `-h`; a file with several names counts once. Totals come last. */
export async function measureUse(tree: Contained, command: Du, budget: Budget): Promise<readonly string[]> {
  const seen = new Set<string>()
  const lines: string[] = []
  const tell = (bytes: number, place: Place) => {
    const size = command.human ? humanSize(bytes) : String(Math.ceil(bytes / 1024))
    lines.push(`${size}\t${shownPlace(place)}`)
  }

  async function directorySize(place: Place, own: number): Promise<number> {
    let sum = own
    const below: Entry[] = []
    for (const entry of await readEntries(tree, place, budget)) {
      if (entry.stats.isDirectory()) below.push(entry)
      else sum += sizeOf(entry)
    }
    for (const { place: deeper, stats } of below) {
      const size = await directorySize(deeper, onDisk(stats))
      if (!command.total) tell(size, deeper)
      sum += size
    }
    return sum
  }

  function sizeOf({ stats }: Entry): number {
    const key = `${stats.dev}/${stats.ino}`
    if (stats.nlink > 1 && seen.has(key)) return 0
    seen.add(key)
    return onDisk(stats)
  }

  if (command.path.length === 0) {
    tell(await directorySize('', 0), '')
    return lines
  }
  for (const entry of await findMatches(tree, command.path, budget)) {
    const { place, stats } = entry
    tell(stats.isDirectory() ? await directorySize(place, onDisk(stats)) : sizeOf(entry), place)
  }
  return lines
}

/** st_blocks counts 512 bytes, whatever the file system's own blocks are. */
function onDisk({ blocks }: { readonly blocks: number }): number {
  return blocks * 512
}

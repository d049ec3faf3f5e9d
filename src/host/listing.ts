import type { Stats } from 'node:fs'
import type { DebugCommand } from '../job/debug-command.ts'
import { type Contained, type Entry, type Place, shownPlace } from './contained.ts'
import { type Budget, byPlace, findMatches, readEntries } from './search.ts'

type Ls = Extract<DebugCommand, { readonly name: 'ls' }>

/** The lines of `ls`, one entry each. Directories that were matched show what is in them. */
export async function list(tree: Contained, command: Ls, budget: Budget): Promise<readonly string[]> {
  if (command.path.length === 0) return listDirectory(tree, '', command, budget)
  const found = await findMatches(tree, command.path, budget)
  const isDirectory = ({ stats }: Entry) => stats.isDirectory()
  const files = inOrder(
    found.filter((entry) => !isDirectory(entry)),
    command,
  )
  const lines = files.map((entry) => line(entry, shownPlace(entry.place), command))
  for (const { place } of found.filter(isDirectory)) {
    if (found.length > 1 && !command.recursive) lines.push(`${shownPlace(place)}:`)
    lines.push(...(await listDirectory(tree, place, command, budget)))
  }
  return lines
}

async function listDirectory(tree: Contained, top: Place, command: Ls, budget: Budget): Promise<readonly string[]> {
  const lines: string[] = []
  const pending: Place[] = [top]
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (command.recursive) lines.push(`${shownPlace(place)}:`)
    const entries = (await readEntries(tree, place, budget)).filter(
      ({ name }) => command.hidden || !name.startsWith('.'),
    )
    const ordered = inOrder(entries, command)
    lines.push(
      ...ordered.map((entry) => line(entry, shownPlace(entry.place.slice(entry.place.lastIndexOf('/') + 1)), command)),
    )
    if (command.recursive) {
      pending.push(
        ...ordered
          .filter(({ stats }) => stats.isDirectory())
          .map((entry) => entry.place)
          .reverse(),
      )
    }
  }
  return lines
}

function inOrder(entries: readonly Entry[], { order, reverse }: Ls): readonly Entry[] {
  const compare = {
    name: byPlace,
    time: (a: Entry, b: Entry) => b.stats.mtimeMs - a.stats.mtimeMs || byPlace(a, b),
    size: (a: Entry, b: Entry) => b.stats.size - a.stats.size || byPlace(a, b),
  }[order]
  const ordered = entries.toSorted(compare)
  return reverse ? ordered.reverse() : ordered
}

/** With `-l`: mode, links, size in bytes, time of change in UTC, name. */
function line({ stats, link }: Entry, name: string, { long, human }: Ls): string {
  if (!long) return name
  const size = human ? humanSize(stats.size) : String(stats.size)
  const time = new Date(stats.mtimeMs).toISOString().slice(0, 19).replace('T', ' ')
  const target = link === undefined ? '' : ` -> ${link.replace(/\p{Cc}/gu, '?')}`
  return `${modeText(stats)} ${stats.nlink} ${size.padStart(human ? 6 : 12)} ${time} ${name}${target}`
}

function modeText(stats: Stats): string {
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : stats.isFile() ? '-' : '?'
  const bits = [...'rwxrwxrwx'].map((letter, at) => (stats.mode & (0o400 >> at) ? letter : '-'))
  return kind + bits.join('')
}

/** Powers of 1024, one decimal below 10. */
export function humanSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}${units[power]}`
}

import type { InnerPath } from '../job/debug-command.ts'
import { hasWildcard, matchesName } from '../job/name-pattern.ts'
import type { Contained, Entry, Place } from './contained.ts'

/** How much of a directory tree is looked at: a payload may make any number of files. */
export interface Budget {
  /** One entry more; false = no more. */
  spend(): boolean
  /** Whether something was left out. */
  spent(): boolean
}

/** At most `entries`, and none after `signal`. */
export function createBudget(entries: number, signal: AbortSignal): Budget {
  let left = entries
  let spent = false
  return {
    spend() {
      spent ||= left === 0 || signal.aborted
      left -= spent ? 0 : 1
      return !spent
    },
    spent: () => spent,
  }
}

/** As many entries as the budget allows; none when the directory cannot be read. */
export async function readEntries(tree: Contained, place: Place, budget: Budget): Promise<Entry[]> {
  const found: Entry[] = []
  try {
    for await (const entry of tree.entries(place)) {
      if (!budget.spend()) break
      found.push(entry)
    }
  } catch {
    // A directory that went away, or that the payload closed to us, has nothing to show.
  }
  return found
}

/** What a path with patterns stands for, in the order of names. The directory itself is not among its own entries. */
export async function findMatches(tree: Contained, path: InnerPath, budget: Budget): Promise<readonly Entry[]> {
  let places: Place[] = ['']
  let found: Entry[] = []
  for (const [depth, element] of path.entries()) {
    found = []
    for (const place of places) found.push(...(await matchesIn(tree, place, element, budget)))
    const isLast = depth === path.length - 1
    if (!isLast) places = found.filter(({ stats }) => stats.isDirectory()).map((entry) => entry.place)
  }
  return found.sort(byPlace)
}

export function byPlace(a: Entry, b: Entry): number {
  return a.place < b.place ? -1 : Number(a.place > b.place)
}

async function matchesIn(tree: Contained, place: Place, element: string, budget: Budget): Promise<readonly Entry[]> {
  if (hasWildcard(element)) {
    return (await readEntries(tree, place, budget)).filter(({ name }) => matchesName(element, name))
  }
  const entry = await tree.entry(place, element).catch(() => undefined)
  return entry === undefined ? [] : [entry]
}

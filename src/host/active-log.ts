import type { Shown } from '../job/debug-text.ts'
import { matchesName } from '../job/name-pattern.ts'
import { type Contained, contain, type Entry, type Place, shownPlace } from './contained.ts'
import { isText, readFileEnd } from './file-end.ts'
import { byPlace, createBudget, readEntries } from './search.ts'

/** Entries looked at, the upper directories first. */
const mostEntries = 20_000
/** Newest files whose beginning is looked at before giving up: a payload may write many binary ones. */
const mostOpened = 100
/** contracts/pilot-core.md 3.4. */
const shownLines = 10
const fallback = 'payload.stdout'

/**
 * The end of the log the payload is writing: of the newest text file below its directory, links not followed, names
 * that match one of `exclude` left out together with all below them; where there is none, of `payload.stdout`
 * (contracts/pilot-core.md 3.4). Throws when there is nothing to be read.
 */
export async function readActiveLog(
  directory: string,
  exclude: readonly string[],
  signal: AbortSignal,
): Promise<Shown> {
  const tree = await contain(directory)
  const place = (await newestText(await filesBelow(tree, exclude, signal), tree)) ?? fallback
  return { title: shownPlace(place), body: await readFileEnd(tree, place), lines: shownLines }
}

async function filesBelow(tree: Contained, exclude: readonly string[], signal: AbortSignal): Promise<Entry[]> {
  const budget = createBudget(mostEntries, signal)
  const files: Entry[] = []
  const pending: Place[] = ['']
  for (let place = pending.shift(); place !== undefined; place = pending.shift()) {
    for (const entry of await readEntries(tree, place, budget)) {
      if (exclude.some((pattern) => matchesName(pattern, entry.name))) continue
      if (entry.stats.isDirectory()) pending.push(entry.place)
      else if (entry.stats.isFile() && entry.stats.size > 0) files.push(entry)
    }
  }
  return files
}

async function newestText(files: Entry[], tree: Contained): Promise<Place | undefined> {
  files.sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs || byPlace(a, b))
  for (const { place } of files.slice(0, mostOpened)) if (await isText(tree, place)) return place
  return undefined
}

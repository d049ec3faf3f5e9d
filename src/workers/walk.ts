import { lstatSync, opendirSync, type Stats } from 'node:fs'
import { join } from 'node:path'

export type Found =
  | { readonly kind: 'entry'; readonly path: string; readonly stats: Stats }
  | { readonly kind: 'skipped'; readonly path: string; readonly reason: string }

/** As many open directories as this at once. */
const deepest = 64

/** More entries than this are no log any more. */
const mostEntries = 200_000

/**
 * All entries below `root` whose name `wanted` lets pass, each directory before its content; `path` is relative to `root`.
 * Follows no link and enters no other file system. What cannot be entered is `skipped`. Holds one handle for each level,
 * never a list of names, whatever the sizes.
 */
export function* walk(root: string, wanted: (path: string, name: string) => boolean): Generator<Found> {
  const device = lstatSync(root).dev
  const levels = [{ path: '', directory: opendirSync(root) }]
  let entries = 0
  try {
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      let path = level.path
      try {
        const name = level.directory.readSync()?.name
        if (name === undefined) {
          levels.pop()
          level.directory.closeSync()
          continue
        }
        path = join(level.path, name)
        if (!wanted(path, name)) continue
        if (++entries > mostEntries) {
          yield { kind: 'skipped', path, reason: `and all after it: there are more than ${mostEntries} entries` }
          return
        }
        if (name.includes('\uFFFD')) throw new Error('its name is not UTF-8')
        const stats = lstatSync(join(root, path))
        if (stats.isDirectory()) {
          if (stats.dev !== device) throw new Error('it is on another file system')
          if (levels.length >= deepest) throw new Error(`it is more than ${deepest} directories deep`)
          levels.push({ path, directory: opendirSync(join(root, path)) })
        }
        yield { kind: 'entry', path, stats }
      } catch (error) {
        if (path === level.path) levels.pop()
        yield { kind: 'skipped', path, reason: error instanceof Error ? error.message : String(error) }
      }
    }
  } finally {
    for (const { directory } of levels) directory.closeSync()
  }
}

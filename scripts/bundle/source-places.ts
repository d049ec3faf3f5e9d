import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * A source file finds what lies beside it by `import.meta`. Bundled, its code is elsewhere: here it is told its place in
 * the bundle's tree, which mirrors `source`. `toRoot`: the way from the directory of the output files to the bundle's root.
 */
export function sourcePlaces(source: string, toRoot: string): Plugin {
  return {
    name: 'source-places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const place = relative(source, path)
        const text = await readFile(path, 'utf8')
        if (place.startsWith('..') || !text.includes('import.meta.')) return undefined
        const url = `new URL(${JSON.stringify(toRoot + place.replace(/\.ts$/, '.js'))}, import.meta.url)`
        const contents = text
          .replaceAll('import.meta.url', `${url}.href`)
          .replaceAll('import.meta.dirname', `new URL('.', ${url}).pathname.slice(0, -1)`)
        return { contents, loader: 'ts' }
      })
    },
  }
}

import type { Plugin } from 'esbuild'

/**
 * Leaves the commands that the door imports to bundles of their own, and notes their paths from the door in `found`.
 * Bundled together they would share dozens of small files, and each file costs a pilot's start half a millisecond.
 */
export function commandsApart(found: Set<string>): Plugin {
  return {
    name: 'commands-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\/cli\// }, ({ path, kind }) => {
        if (kind !== 'dynamic-import') return undefined
        found.add(path)
        return { path: path.replace(/\.ts$/, '.js'), external: true }
      })
    },
  }
}

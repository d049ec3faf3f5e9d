import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

const name = 'lmdb.node'
const directory = dirname(dirname(createRequire(import.meta.url).resolve('lmdb')))

/** LMDB's compiled part for this machine: the one lmdb itself would choose. Throws an Error where there is none. */
export function lmdbBinary(): { readonly from: string; readonly name: string } {
  const { path } = createRequire(`${directory}/`)('node-gyp-build-optional-packages') as { path(of: string): string }
  return { from: path(directory), name }
}

/**
 * lmdb looks for its compiled part in node_modules; in the bundle it lies at the root. `toRoot`: the way there from the
 * directory of the output files.
 */
export function lmdbBinaryAt(toRoot: string): Plugin {
  return {
    name: 'lmdb-binary',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node-gyp-build-optional-packages$/ }, ({ path }) => ({ path, namespace: 'lmdb-binary' }))
      onLoad({ filter: /.*/, namespace: 'lmdb-binary' }, () => ({
        contents: `export default () => {
          const module = { exports: {} }
          process.dlopen(module, new URL('${toRoot}${name}', import.meta.url).pathname)
          return module.exports
        }`,
      }))
    },
  }
}

import { builtinModules } from 'node:module'
import type { Plugin } from 'esbuild'

/**
 * Node's own modules by `process.getBuiltinModule`: an `import` of one reads every name it exports, and for `node:http`
 * that alone loads all of Node's copy of undici, some 25 ms of a pilot's start.
 */
export const builtInModules: Plugin = {
  name: 'built-in-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '')
      if (!path.startsWith('node:') && !builtinModules.includes(path)) return undefined
      return { path: name, namespace: kind === 'require-call' ? 'required' : 'imported', sideEffects: false }
    })
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = ${moduleOf(path)}` }))
    // Each name is read only where it is used: what nobody imports is shaken off.
    onLoad({ filter: /.*/, namespace: 'imported' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(`node:${path}`) ?? {}).filter(isName)
      const lines = names.map((name) => `export const ${name} = /* @__PURE__ */ (() => whole.${name})()`)
      return { contents: [`const whole = ${moduleOf(path)}`, 'export default whole', ...lines].join('\n') }
    })
  },
}

function moduleOf(path: string): string {
  return `process.getBuiltinModule(${JSON.stringify(`node:${path}`)})`
}

function isName(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default'
}

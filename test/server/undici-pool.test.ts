import { createRequire } from 'node:module'
import Pool from 'undici/lib/dispatcher/pool.js'
import { expect, it } from 'vitest'

it('undici still has its pool where we take it from, and it is the one its index exports', () => {
  const { Pool: exported } = createRequire(import.meta.url)('undici')
  expect(Pool).toBe(exported)
})

it('undici’s pool alone does not load the rest of undici', () => {
  const require = createRequire(import.meta.url)
  const reached = new Set<string>()
  const follow = (module: NodeJS.Module | undefined): void => {
    if (module === undefined || reached.has(module.filename)) return
    reached.add(module.filename)
    for (const child of module.children) follow(child)
  }
  const path = require.resolve('undici/lib/dispatcher/pool.js')
  require(path)
  follow(require.cache[path])
  expect(reached.size).toBeGreaterThan(10)
  expect([...reached].filter((file) => /\/(web|mock|cache|interceptor)\//.test(file.replace(/.*undici/, '')))).toEqual(
    [],
  )
})

import { createRequire } from 'node:module'
import buildConnector from 'undici/lib/core/connect.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import { expect, it } from 'vitest'

it('undici still has its pool and its connector where we take them from, and they are those its index exports', () => {
  const exported = createRequire(import.meta.url)('undici')
  expect(Pool).toBe(exported.Pool)
  expect(buildConnector).toBe(exported.buildConnector)
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

// undici's index also loads fetch, WebSocket, caches and SQLite, some 100 ms of a pilot's start; its pool alone needs
// 30 (test/server/undici-pool.test.ts fails when a new undici moves or changes this file).
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool as PoolClass } from 'undici'

  const Pool: typeof PoolClass
  // biome-ignore lint/style/noDefaultExport: a CommonJS module has no other export
  export default Pool
}

declare module 'undici/lib/core/connect.js' {
  import type { buildConnector as build } from 'undici'

  const buildConnector: typeof build
  // biome-ignore lint/style/noDefaultExport: a CommonJS module has no other export
  export default buildConnector
}

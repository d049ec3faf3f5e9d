import type { Plugin } from 'esbuild'

/**
 * What libraries load and we never use: HTTP/2 (every connection is made with `allowH2: false`), msgpack, which is not how
 * PilotDB's records are written, threads that write a log, and the priority of threads, which stays as it is.
 */
const unused = /(client-h2\.js|^msgpackr|^thread-stream|^@napi-rs\/nice)$/

export const leftOut: Plugin = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}' }))
  },
}

import type { WireCall } from './dialect.ts'

/** A v1 call that changes something (contracts/panda-server.md 3: `module/method`). */
export function v1Post(path: string, fields: WireCall['fields'], needed: readonly string[]): WireCall {
  return { method: 'POST', path: `/api/v1/${path}`, fields, needed }
}

export function v1Get(path: string, fields: WireCall['fields'] = {}): WireCall {
  return { method: 'GET', path: `/api/v1/${path}`, fields, needed: Object.keys(fields) }
}

/** A legacy call. All are made by POST, also those that only read: values in a URL would stand in the server's log. */
export function legacyPost(method: string, fields: WireCall['fields'], needed: readonly string[]): WireCall {
  return { method: 'POST', path: `/server/panda/${method}`, fields, needed }
}

/** A call that hands something over: its answer may be lost, but it is never made twice. */
export function handsOver(call: WireCall): WireCall {
  return { ...call, once: true }
}

/** The fields that have a value. */
export function defined<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const known: Record<string, Value> = {}
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) known[name] = value
  return known
}

import type { Dialect, WireCall } from './dialect.ts'
import type { ServerLog } from './log.ts'

/** Fields that this server turned out not to know, or to want as another type. */
export interface RefusedFields {
  /** The call without them. */
  without(call: WireCall): WireCall
  /** Remembers a refusal; false when the call cannot do without the field, or never held it. */
  remember(dialect: Dialect, call: WireCall, field: string, text: string): boolean
}

/**
 * An unknown field refuses a whole call (contracts/panda-server.md 13 gotcha 14), and servers differ in what they know:
 * an optional field is given up, for good, rather than the call.
 */
export function createRefusedFields(log: ServerLog): RefusedFields {
  const refused = new Map<string, Set<string>>()
  return {
    without(call) {
      const fields = refused.get(call.path)
      if (fields === undefined) return call
      return { ...call, fields: Object.fromEntries(Object.entries(call.fields).filter(([name]) => !fields.has(name))) }
    },
    remember(dialect, call, field, text) {
      if (call.needed.includes(field) || !Object.hasOwn(call.fields, field)) return false
      const fields = refused.get(call.path) ?? new Set()
      if (fields.has(field)) return true
      refused.set(call.path, fields.add(field))
      log.warning(`field ${field} is no longer sent to ${call.path} (${dialect.name}): ${text}`)
      return true
    },
  }
}

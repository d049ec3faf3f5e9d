import type { WireCall } from '../../src/server/dialect.ts'
import type { HttpRequest } from '../../src/server/exchange.ts'
import { verdictOn } from './client-reading.ts'
import { findDifference, notAsked } from './differences.ts'
import { parseRequest, type RecordedRequest } from './recorded-request.ts'
import { openWorld, runs } from './runs.ts'

/** The bytes of our client's request, with the credential that the recorded one showed. */
export function bytesOf({ method, path, headers, body }: HttpRequest, recorded: RecordedRequest): Buffer {
  const shown = ['authorization', 'origin'].flatMap((name) => {
    const value = recorded.headers.get(name)
    return value === undefined ? [] : [`${name}: ${value}`]
  })
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const length = body === undefined ? [] : [`content-length: ${body.length}`]
  const head = [`${method} ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...own, ...shown, ...length]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)])
}

/** For each path the fields that the real servers took, with the JSON types they took them in. */
function acceptedFields(): Map<string, Map<string, Set<string>>> {
  const accepted = new Map<string, Map<string, Set<string>>>()
  for (const run of runs) {
    for (const { name, request, answer } of openWorld(run).recordings) {
      const parsed = parseRequest(request)
      // Whatever came of the call: the server took its fields.
      if (findDifference(notAsked, run.folder, name) !== undefined) continue
      if (verdictOn(parsed, answer).startsWith('field-refused')) continue
      const fields = accepted.get(parsed.path) ?? new Map<string, Set<string>>()
      accepted.set(parsed.path, fields)
      for (const [field, value] of Object.entries(parsed.fields)) {
        const types = fields.get(field) ?? new Set()
        fields.set(field, types.add(parsed.typed ? typeOf(value) : 'a text of a form'))
      }
    }
  }
  return accepted
}

let accepted: ReturnType<typeof acceptedFields> | undefined

/** What the recordings do not vouch for in a request of ours: unknown fields, other types. */
export function unvouched({ path, fields }: WireCall): string[] {
  accepted ??= acceptedFields()
  const known = accepted.get(path)
  return Object.entries(fields).flatMap(([name, value]) => {
    const types = known?.get(name)
    if (types === undefined) return [`${name} stands in no recorded request`]
    const fits = types.has('a text of a form') || types.has(typeOf(value))
    return fits ? [] : [`${name} was taken as ${[...types].join(', ')} and not as ${typeOf(value)}`]
  })
}

/** JSON's own types, numbers told apart as Python does. */
function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (JSON.isRawJSON(value)) return 'float'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return typeof value
}
